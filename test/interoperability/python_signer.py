"""Signs with a key file through securesystemslib and prints the signature: <file> <public key as JSON> <text>."""

import json
import sys

from securesystemslib.signer import CryptoSigner, Key

path, key, text = sys.argv[1:]
public_key = Key.from_dict("0" * 64, json.loads(key))
signer = CryptoSigner.from_priv_key_uri(f"file2:{path}", public_key)
print(signer.sign(text.encode()).signature, end="")
