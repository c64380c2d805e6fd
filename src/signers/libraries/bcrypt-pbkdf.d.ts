/** The package comes without types; this is the part of it that is used. */
declare module 'bcrypt-pbkdf' {
  /** Fills `key`. The result is not 0 where the parameters cannot be used, such as an empty passphrase. */
  export function pbkdf(
    passphrase: Uint8Array,
    passphraseLength: number,
    salt: Uint8Array,
    saltLength: number,
    key: Uint8Array,
    keyLength: number,
    rounds: number,
  ): number;
}
