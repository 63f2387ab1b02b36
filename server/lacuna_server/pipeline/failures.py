"""What methods and libraries raise -> the artist's sentences. What is not known here stays as it is (a defect)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lacuna_client.errors import LacunaError
from lacuna_models.errors import Cancelled, NotFinite, NothingFilled, NothingToSample, WeightsError, WeightsMissing
from lacuna_models.memory import is_out_of_memory


@contextmanager
def as_sentences() -> Iterator[None]:
    """Turn expected failures of the block into LacunaError."""
    try:
        yield
    except Cancelled as error:
        raise LacunaError("cancelled") from error
    except NothingToSample as error:
        raise LacunaError("nothing_to_sample") from error
    except NothingFilled as error:
        raise LacunaError("nothing_filled") from error
    except NotFinite as error:
        raise LacunaError("not_finite") from error
    except WeightsMissing as error:
        raise LacunaError("weights_missing", file=error.file_name) from error
    except WeightsError as error:
        raise LacunaError("bad_weights", reason=str(error).rstrip(".")) from error
    except Exception as error:
        if is_out_of_memory(error):
            raise LacunaError("out_of_memory", detail=repr(error)) from error
        raise
