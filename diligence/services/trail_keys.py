"""The key of the trail: marks its lines (HMAC) and signs its anchors (Ed25519).

There is one for an installation, made by a migration, kept encrypted with the field keys. So
whoever can write to the database but does not have those keys can neither add a line that holds
nor make a chain or an anchor anew.
"""

from functools import lru_cache

from django.conf import settings

from diligence.lib.secrets import decrypt, encrypt
from diligence.lib.trail_marks import Keys, keys_of, new_seed
from diligence.models import TrailKey
from diligence.services.errors import Refused


@lru_cache(maxsize=1)
def trail_keys() -> Keys:
    """The keys of this installation. Raises Refused where the field keys do not open them."""
    row = TrailKey.objects.filter(pk=TrailKey.ONLY).first()
    if row is None:
        row, _ = TrailKey.objects.get_or_create(pk=TrailKey.ONLY, defaults=_new_columns())
    try:
        seed = bytes.fromhex(decrypt(bytes(row.key), settings.PROOFROOM_FIELD_KEYS))
    except ValueError:
        raise Refused(
            "No key in PROOFROOM_FIELD_KEYS opens the key of the trail. Add the earlier field key "
            "behind the new one."
        ) from None
    keys = keys_of(seed)
    if keys.public != row.public:
        raise Refused("The key of the trail is not the one that its public half belongs to.")
    return keys


def _new_columns() -> dict[str, bytes | str]:
    seed = new_seed()
    key = encrypt(seed.hex(), settings.PROOFROOM_FIELD_KEYS)
    return {"public": keys_of(seed).public, "key": key}
