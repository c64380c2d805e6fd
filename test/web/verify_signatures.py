"""Verifies signatures with securesystemslib: a JSON list of {keyid, key, sig, signed} on standard input, where signed
is the text that was signed. Ends with an error at the first that does not verify."""

import json
import sys

from securesystemslib.signer import Key, Signature

for case in json.load(sys.stdin):
    key = Key.from_dict(case["keyid"], case["key"])
    key.verify_signature(Signature(case["keyid"], case["sig"]), case["signed"].encode())
