"""What an uploaded object is, told by its first bytes and never by its name."""

from bakeoff.domain.reading.recognise.looking import judge, look_at, recognise, recognise_object
from bakeoff.domain.reading.recognise.recognised import Recognised, recognised

__all__ = ["Recognised", "judge", "look_at", "recognise", "recognise_object", "recognised"]
