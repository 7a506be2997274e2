"""Serves the small model over HTTP with llama.cpp, in a process of its own: `python serve_model.py MODEL.gguf`.

Prints its address when it is ready and runs until its standard input closes. Run with the folder that `make test-model`
fills on PYTHONPATH; imports nothing of Footnote.
"""

import sys

import xllamacpp


def main() -> None:
    """Starts the server and waits for the end of input."""
    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.n_ctx, params.n_parallel = 8192, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.verbosity = -1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
