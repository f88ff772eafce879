"""Runs command lines of `hf`, given as a JSON array, in this process: to load the client takes longer than a command.

Prints what each wrote to stdout, as a JSON array of texts. The endpoint comes from HF_ENDPOINT.
"""

import contextlib
import io
import json
import sys

from huggingface_hub.cli.hf import app


def output_of(arguments):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        app.main(args=arguments, standalone_mode=False)
    return printed.getvalue()


print(json.dumps([output_of(arguments) for arguments in json.loads(sys.argv[1])]))
