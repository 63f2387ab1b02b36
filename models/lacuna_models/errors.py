"""What a method may raise; the pipeline turns each into the artist's sentence."""


class Cancelled(Exception):
    """The run was cancelled; nothing was produced."""


class NothingToSample(Exception):
    """No patch (or pixel) of the region is known, so there is nothing to fill from."""


class WeightsError(Exception):
    """A network's weights cannot be used or written; str() is one sentence for the user that names the file."""


class WeightsMissing(WeightsError):
    """The file is in none of the folders where weights are looked for."""
