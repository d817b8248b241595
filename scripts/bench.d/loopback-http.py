#!/usr/bin/python3
"""The packaged SyncEvolution HTTP server, on the loopback interface alone.

Usage: loopback-http.py http://127.0.0.1:PORT/syncml

The program listens on every interface and cannot be told otherwise, and its first line names no
interpreter; so it is run from here, with a reactor that listens on loopback only.
"""
import functools
import runpy
import sys

from dbus.mainloop.glib import DBusGMainLoop
from twisted.internet import gireactor

PROGRAM = "/usr/bin/syncevo-http-server"

DBusGMainLoop(set_as_default=True)
gireactor.install()
gireactor.install = lambda: None  # a second reactor would be refused

from twisted.internet import reactor  # noqa: E402  (only after a reactor is installed)

reactor.listenTCP = functools.partial(reactor.listenTCP, interface="127.0.0.1")
sys.argv[0] = PROGRAM
runpy.run_path(PROGRAM, run_name="__main__")
