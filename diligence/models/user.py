"""People: the firm's and the startups', told apart by their role in the firm."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


class FirmRole(models.TextChoices):
    """What someone does at the firm; founders have none."""

    ADMIN = "admin", "Administrator"
    PARTNER = "partner", "Partner"
    ANALYST = "analyst", "Analyst"
    REVIEWER = "reviewer", "Reviewer"
    NONE = "", "Not of the firm"


class UserAccounts(BaseUserManager["User"]):
    """Makes accounts; an email address is kept in lower case and is the login."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new account, without a usable password unless one is given."""
        if not email:
            raise ValueError("An account needs an email address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator of the firm who may also enter the back office."""
        fields |= {"is_staff": True, "is_superuser": True, "firm_role": FirmRole.ADMIN}
        return self.create_user(email, password, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """One person with one email address, whichever side they are on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200, blank=True)
    firm_role = models.CharField(
        max_length=16, choices=FirmRole.choices, default=FirmRole.NONE, blank=True
    )
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserAccounts] = UserAccounts()

    class Meta:
        ordering = ("name", "email")
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_once"),)

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_firm(self) -> bool:
        """Whether they belong to the firm, in any role."""
        return self.firm_role != FirmRole.NONE

    @property
    def initials(self) -> str:
        """Two letters for a small round picture."""
        words = (self.name or self.email).split()
        return "".join(w[0] for w in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()

    def get_short_name(self) -> str:
        """The first name, or the address."""
        return self.name.split(" ")[0] if self.name else self.email
