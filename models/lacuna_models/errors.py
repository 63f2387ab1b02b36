"""What a method may raise; the pipeline turns each into the artist's sentence."""


class Cancelled(Exception):
    """The run was cancelled; nothing was produced."""


class NothingToSample(Exception):
    """No patch (or pixel) of the region is known, so there is nothing to fill from."""


class WeightsError(Exception):
    """A network's weights cannot be used or written; str() is one sentence for the user that names the file."""


class WeightsMissing(WeightsError):
    """The file is in none of the folders where weights are looked for.

    Attributes:
        file_name: of the weights, such as 'dfnet.safetensors'.
    """

    def __init__(self, file_name: str, folder: str) -> None:
        self.file_name = file_name
        super().__init__(f"The weights {file_name} are not on this machine (looked for in {folder}).")


class UnknownCheckpoint(WeightsError):
    """The file is none that an importer knows; str() names it and says why."""


class NotFinite(Exception):
    """A network gave values that are not numbers, in full precision too."""


class NothingFilled(Exception):
    """A refiner that needs a filled picture was given none: nothing comes before it."""
