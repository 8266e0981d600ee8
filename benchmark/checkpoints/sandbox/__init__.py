"""Keep the process that runs a stranger's model away from files, network and other processes.

A ladder of rungs, best first: bubblewrap (`bubblewrap`), Landlock with seccomp (`landlock`, `seccomp`),
limits alone (`limits`). `ladder` finds what works on this machine, `launch` applies it before anything else
is loaded.
"""
