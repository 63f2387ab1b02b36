"""What a method may raise; the pipeline turns each into the artist's sentence."""


class Cancelled(Exception):
    """The run was cancelled; nothing was produced."""


class NothingToSample(Exception):
    """No patch (or pixel) of the region is known, so there is nothing to fill from."""
