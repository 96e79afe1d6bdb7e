"""A person's own way in: another password, a recovery code, and coming back with one."""

from __future__ import annotations

from dataclasses import replace

from chatserver.accounts.wire import Admitted, Me
from chatserver.passwords.wire import (
    ChangePassword,
    OpenByRecovery,
    PasswordChanged,
    RecoverAccount,
    VaultByRecovery,
)
from chatserver.vault.wire import ReadVault, StoredVault
from crypto import Vault, check_strength, new_recovery_code, open_vault_by_recovery, recovery_keys
from tests.person import Person
from tests.vault_on_the_wire import from_the_wire, on_the_wire


class Keeping(Person):
    """Somebody who keeps a password and, on paper, a recovery code."""

    _changed: tuple[str, str, Vault]

    async def change_password(self, password: str, *, new_code: bool = False, new_key: bool = False) -> None:
        """Another password; with `new_code` another recovery code as well: somebody may know the present ones.

        With `new_key` another KEM key, too, which rooms learn of with the next message.
        """
        await self.send_password(await self.prepare_password(password, new_code=new_code, new_key=new_key))

    async def prepare_password(self, password: str, *, new_code: bool = False, new_key: bool = False) -> ChangePassword:
        """All that it needs, with nothing sent but questions. Raises PasswordWeak."""
        check_strength(password, self.name)
        present, new = await self.keys(), await self.keys(password)
        stored = await self.browser.get("/api/vault", ReadVault(), StoredVault)
        vault = replace(self.vault, entries=dict(self.vault.entries))
        vault.merge(self.open_stored(stored, present.wrap))
        code = new_recovery_code() if new_code else ""
        recovery = recovery_keys(code) if new_code else None
        vault.change_password(new.wrap, self._share, recovery.pk if recovery else None)
        statement = vault.renew_kem_key().kem_statement if new_key else None
        self._changed = (password, code or self.recovery_code, vault)
        recovery_auth = recovery.auth if recovery else None
        return ChangePassword(present.auth, new.auth, recovery_auth, on_the_wire(vault.seal()), statement)

    async def send_password(self, wish: ChangePassword) -> PasswordChanged:
        """Sends what was prepared; sending it again changes nothing."""
        changed = await self.browser.put("/api/password", wish, PasswordChanged)
        self.password, self.recovery_code, self._vault = self._changed
        return changed

    async def open_by_recovery(self, code: str) -> VaultByRecovery:
        """The sealed vault, for the code. Raises RecoveryCodeInvalid before anything is sent."""
        wish = OpenByRecovery(self.name, recovery_keys(code).auth)
        return await self.browser.post("/api/recovery", wish, VaultByRecovery)

    async def recover(self, password: str, code: str = "") -> Me:
        """In an empty browser, with the code from paper: a new password, a new code, everything as it was."""
        return await self.send_recovery(await self.prepare_recovery(password, code or self.recovery_code))

    async def prepare_recovery(self, password: str, code: str) -> RecoverAccount:
        """Opens the vault with the code and seals it anew. Raises PasswordWeak, VaultDoesNotOpen."""
        check_strength(password, self.name)
        old, opened, new = recovery_keys(code), await self.open_by_recovery(code), await self.keys(password)
        self._user_id, self._share = bytes.fromhex(opened.account_id), opened.user_share
        vault = open_vault_by_recovery(from_the_wire(opened.vault), self._user_id, old.seed, self._share)
        fresh = new_recovery_code()
        recovery = recovery_keys(fresh)
        vault.change_password(new.wrap, self._share, recovery.pk)
        self._changed = (password, fresh, vault)
        return RecoverAccount(self.name, old.auth, new.auth, recovery.auth, on_the_wire(vault.seal()))

    async def send_recovery(self, wish: RecoverAccount) -> Me:
        """Sends what was prepared; sending it again signs in again."""
        self.me = (await self.admitted(await self.browser.put("/api/recovery", wish, Admitted))).me
        self.password, self.recovery_code, self._vault = self._changed
        return self.me
