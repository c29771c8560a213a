#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many small programs, and what the readiness check must say of each; honest ones and others.

    test-readiness.py SOURCE_ROOT
"""
import ast
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
DATA = ROOT / "app/data/firmware"
H = "import machine\nwdt = machine.WDT(timeout=5000)\n"
LOOP = "while True:\n    work()\n"
LOG = "import logging\nlogging.basicConfig(filename='/sdcard/a.log')\nlog = logging.getLogger('a')\n"
DATED = "import logging, time\np = '/sdcard/%d' % time.localtime()[0]\n"
CAUGHT = "while True:\n    try:\n        work()\n    except Exception as e:\n        log.exception(e)\n"
HANDLER = ("import logging\nlog = logging.getLogger('a')\nh = logging.FileHandler('/sdcard/a.log')\n"
           "s = logging.StreamHandler()\nlog.addHandler(h)\nlog.addHandler(s)\n")

# (check, source of main.py or {name: source}, "state/why")
CASES = [
    # -- entry --
    ("entry", LOOP, "found/main"),
    ("entry", "# nothing\n", "not-found/main-empty"),
    ("entry", "'''only words'''\n", "not-found/main-empty"),
    ("entry", "import machine\n", "not-found/main-empty"),
    ("entry", {"main.py": "import app\n", "app.py": LOOP}, "found/main"),
    ("entry", {"boot.py": "import sys\n"}, "not-found/boot-only"),
    ("entry", {"boot.py": LOOP}, "found/boot-runs"),
    ("entry", {"other.py": LOOP}, "not-found/no-main"),
    # -- watchdog --
    ("watchdog", H + "while True:\n    wdt.feed()\n", "found/fed"),
    ("watchdog", LOOP, "not-found/none"),
    ("watchdog", "# wdt = machine.WDT(); wdt.feed()\n" + LOOP, "not-found/none"),
    ("watchdog", "x = 'machine.WDT().feed()'\n" + LOOP, "not-found/none"),
    ("watchdog", H + LOOP, "not-found/never-fed"),
    ("watchdog", H + "while True:\n    if False:\n        wdt.feed()\n", "not-found/never-fed"),
    ("watchdog", H + "while True:\n    if not True:\n        wdt.feed()\n", "not-found/never-fed"),
    ("watchdog", H + "while True:\n    'wdt.feed()'\n    # wdt.feed()\n    pass\n",
     "not-found/never-fed"),
    ("watchdog", H + "while True:\n    wdt.feed\n", "not-found/never-fed"),
    ("watchdog", H + "while True:\n    f = lambda: wdt.feed()\n", "not-found/never-fed"),
    ("watchdog", H + "while True:\n    def f():\n        wdt.feed()\n", "not-found/never-fed"),
    ("watchdog", H + "while True:\n    break\n    wdt.feed()\n", "not-found/never-fed"),
    ("watchdog", "import machine\nif 0:\n    wdt = machine.WDT()\n" + LOOP,
     "not-found/never-reached"),
    ("watchdog", "import machine\ndef main():\n    w = machine.WDT()\n    while True:\n"
     "        w.feed()\n", "not-found/never-reached"),
    ("watchdog", "import machine\ndef main():\n    return\n    w = machine.WDT()\nmain()\n" + LOOP,
     "not-found/never-reached"),
    ("watchdog", H + "def f():\n    wdt.feed()\n" + LOOP, "not-found/never-fed"),
    ("watchdog", H + "def f():\n    wdt.feed()\nwhile True:\n    f()\n", "found/fed"),
    ("watchdog", H + "def g():\n    wdt.feed()\ndef f():\n    g()\nwhile True:\n    f()\n",
     "unknown/deep"),
    ("watchdog", H + "def f(w):\n    w.feed()\nwhile True:\n    f(wdt)\n", "found/fed"),
    ("watchdog", H + "class Cat:\n    def feed(self): pass\nc = Cat()\ndef f(w):\n    w.feed()\n"
     "while True:\n    f(c)\n", "unknown/fed-what"),
    ("watchdog", "from machine import WDT as Dog\ndef main():\n    w = Dog(timeout=1)\n"
     "    while 1:\n        w.feed()\nif __name__ == '__main__':\n    main()\n", "found/fed"),
    ("watchdog", {"main.py": "import app\n", "app.py": H + "def main():\n    while True:\n"
     "        wdt.feed()\nif __name__ == '__main__':\n    main()\n"}, "not-found/never-fed"),
    ("watchdog", {"main.py": "import app\napp.main()\n", "app.py": H + "def main():\n"
     "    while True:\n        wdt.feed()\n"}, "found/fed"),
    ("watchdog", H + "while True:\n    if ok:\n        wdt.feed()\n", "unknown/sometimes"),
    ("watchdog", H + "while True:\n    ok and wdt.feed()\n", "unknown/sometimes"),
    ("watchdog", H + "while True:\n    for i in x:\n        wdt.feed()\n", "unknown/sometimes"),
    ("watchdog", H + "while True:\n    [wdt.feed() for i in x]\n", "unknown/sometimes"),
    ("watchdog", H + "while True:\n    if x:\n        continue\n    wdt.feed()\n", "unknown/skipped"),
    ("watchdog", H + "while True:\n    wdt.feed()\n    if x:\n        continue\n    y()\n", "found/fed"),
    ("watchdog", H + "while True:\n    try:\n        wdt.feed()\n        go()\n"
     "    except Exception:\n        pass\n", "found/fed"),
    ("watchdog", H + "while True:\n    try:\n        go()\n    except Exception:\n"
     "        wdt.feed()\n", "unknown/sometimes"),
    ("watchdog", H + "while True:\n    try:\n        go()\n    finally:\n        wdt.feed()\n",
     "found/fed"),
    ("watchdog", H + "wdt.feed()\n" + LOOP, "not-found/outside"),
    ("watchdog", H + "while True:\n    pass\nwdt.feed()\n", "not-found/never-fed"),
    ("watchdog", H + "while go():\n    wdt.feed()\n", "unknown/loop-ends"),
    ("watchdog", "import machine\nif use:\n    wdt = machine.WDT()\nwhile True:\n    wdt.feed()\n",
     "unknown/made-maybe"),
    ("watchdog", "class WDT:\n    def feed(self): pass\nwdt = WDT()\nwhile True:\n    wdt.feed()\n",
     "not-found/none"),
    ("watchdog", "from fake import WDT\nwdt = WDT()\nwhile True:\n    wdt.feed()\n", "not-found/none"),
    ("watchdog", "import machine\nmachine = fake()\nwdt = machine.WDT()\nwhile True:\n"
     "    wdt.feed()\n", "not-found/never-reached"),
    ("watchdog", H + "class Cat:\n    def feed(self): pass\nwdt = Cat()\nwhile True:\n"
     "    wdt.feed()\n", "unknown/fed-what"),
    ("watchdog", H + "def k(t):\n    wdt.feed()\nmachine.Timer(callback=k)\n" + LOOP,
     "not-found/by-timer"),
    ("watchdog", H + "machine.Timer(callback=lambda t: wdt.feed())\n" + LOOP, "not-found/by-timer"),
    ("watchdog", "import machine\nclass App:\n    def __init__(self):\n"
     "        self.dog = machine.WDT(timeout=1)\n    def run(self):\n        while True:\n"
     "            self.dog.feed()\nApp().run()\n", "found/fed"),
    ("watchdog", "import machine\nwdt = None\ndef init():\n    global wdt\n    wdt = machine.WDT()\n"
     "init()\nwhile True:\n    wdt.feed()\n", "found/fed"),
    ("watchdog", "import asyncio, machine\nw = machine.WDT()\nasync def main():\n    while True:\n"
     "        w.feed()\n        await asyncio.sleep(1)\nasyncio.run(main())\n", "found/fed"),
    ("watchdog", "import asyncio, machine\nw = machine.WDT()\nasync def dog():\n    while True:\n"
     "        w.feed()\nasync def main():\n    asyncio.create_task(dog())\n    while True:\n"
     "        await asyncio.sleep(1)\nasyncio.run(main())\n", "unknown/by-task"),
    ("watchdog", "def f():\n    f()\nf()\n" + H + "while True:\n    wdt.feed()\n", "found/fed"),
    # -- catch-all --
    ("catch-all", LOOP, "not-found/none"),
    ("catch-all", "while True:\n    try:\n        work()\n    except Exception:\n        pass\n",
     "not-found/swallowed"),
    ("catch-all", "while True:\n    try:\n        work()\n    except Exception as e:\n"
     "        print(e)\n", "not-found/only-printed"),
    ("catch-all", LOG + "while True:\n    try:\n        work()\n    except Exception as e:\n"
     "        log.exception(e)\n", "found/logged"),
    ("catch-all", LOG + "while True:\n    try:\n        work()\n    except OSError as e:\n"
     "        log.exception(e)\n", "not-found/none"),
    ("catch-all", LOG + "while True:\n    try:\n        work()\n    except (ValueError, Exception) as"
     " e:\n        log.exception(e)\n", "found/logged"),
    ("catch-all", LOG + "while True:\n    try:\n        work()\n    except Exception as e:\n"
     "        if False:\n            log.exception(e)\n", "not-found/swallowed"),
    ("catch-all", LOG + "while True:\n    try:\n        work()\n    except Exception as e:\n"
     "        # log.exception(e)\n        'log.exception(e)'\n", "not-found/swallowed"),
    ("catch-all", LOG + "while True:\n    try:\n        work()\n    except Exception as e:\n"
     "        if DEBUG:\n            log.exception(e)\n", "unknown/maybe-logged"),
    ("catch-all", "import logging\nlog = logging.getLogger()\nwhile True:\n    try:\n        work()\n"
     "    except Exception as e:\n        log.exception(e)\n", "not-found/log-not-kept"),
    ("catch-all", LOG + "def main():\n    while True:\n        work()\ntry:\n    main()\n"
     "except Exception as e:\n    logging.error(e)\n", "found/logged"),
    ("catch-all", "import sys\nwhile True:\n    try:\n        work()\n    except Exception as e:\n"
     "        with open('/sdcard/e.txt', 'a') as f:\n            sys.print_exception(e, f)\n",
     "found/to-file"),
    ("catch-all", "import sys\nwhile True:\n    try:\n        work()\n    except Exception as e:\n"
     "        with open('/sdcard/e.txt') as f:\n            sys.print_exception(e, f)\n",
     "unknown/maybe-logged"),
    ("catch-all", LOG + "def note(e):\n    log.error(e)\nwhile True:\n    try:\n        work()\n"
     "    except Exception as e:\n        note(e)\n", "found/logged"),
    ("catch-all", LOG + "while True:\n    other()\n    try:\n        work()\n"
     "    except Exception as e:\n        log.exception(e)\n", "unknown/part-only"),
    ("catch-all", LOG + "def f():\n    try:\n        x()\n    except Exception as e:\n"
     "        log.exception(e)\nwhile True:\n    f()\n", "not-found/none"),
    ("catch-all", "class log:\n    exception = print\nwhile True:\n    try:\n        work()\n"
     "    except Exception as e:\n        log.exception(e)\n", "not-found/swallowed"),
    ("catch-all", "work()\n", "not-found/no-loop"),
    # -- levels --
    *[("catch-all", LOG + lines + CAUGHT, wanted) for lines, wanted in [
        ("log.setLevel(100)\n", "not-found/log-silenced"),
        ("log.setLevel(logging.CRITICAL)\n", "not-found/log-silenced"),
        ("log.setLevel(logging.ERROR)\n", "found/logged"),
        ("log.setLevel(logging.CRITICAL + 1)\n", "not-found/log-silenced"),
        ("OFF = 100\nlog.setLevel(OFF)\n", "not-found/log-silenced"),
        ("log.setLevel(level())\n", "unknown/maybe-logged"),
        ("if quiet:\n    log.setLevel(100)\n", "unknown/maybe-logged"),
        ("log.setLevel(100)\nlog.setLevel(10)\n", "found/logged"),
        ("log.setLevel(100)\nif loud:\n    log.setLevel(10)\n", "unknown/maybe-logged"),
        ("log.level = 100\n", "not-found/log-silenced"),
        ("logging.getLogger('a').setLevel(100)\n", "not-found/log-silenced"),
        ("logging.getLogger('b').setLevel(100)\n", "found/logged"),
        ("for l in all_of_them():\n    l.setLevel(100)\n", "unknown/maybe-logged"),
        ("logging.getLogger().setLevel(100)\n", "not-found/log-silenced"),
        ("logging.getLogger().setLevel(100)\nlog.setLevel(10)\n", "found/logged"),
        ("def hush(l):\n    l.setLevel(100)\nhush(log)\n", "not-found/log-silenced"),
        ("log = logging.getLogger('b')\n", "found/logged"),
        ("log = logging.getLogger('b')\nlog.setLevel(100)\n", "unknown/maybe-logged"),
        ("def hush(l):\n    l.setLevel(100)\n", "found/logged")]],
    ("catch-all", LOG.replace("a.log'", "a.log', level=100") + CAUGHT, "not-found/log-silenced"),
    ("catch-all", LOG + CAUGHT.replace("exception", "info"), "not-found/log-silenced"),
    ("catch-all", LOG.replace("a.log'", "a.log', level=logging.INFO")
     + CAUGHT.replace("exception", "info"), "found/logged"),
    ("catch-all", LOG + CAUGHT.replace("exception(", "log(50, "), "found/logged"),
    ("catch-all", LOG + CAUGHT.replace("exception(", "log(5, "), "not-found/log-silenced"),
    ("catch-all", LOG + CAUGHT.replace("exception(", "log(x, "), "unknown/maybe-logged"),
    ("catch-all", LOG + CAUGHT.rstrip("\n") + "\n        log.setLevel(100)\n",
     "unknown/maybe-logged"),
    ("catch-all", HANDLER + CAUGHT, "found/logged"),
    ("catch-all", HANDLER + "h.setLevel(100)\n" + CAUGHT, "not-found/log-silenced"),
    ("catch-all", HANDLER + "s.setLevel(100)\n" + CAUGHT, "found/logged"),
    ("catch-all", LOG.replace("getLogger('a')", "Logger('a', 100)") + CAUGHT,
     "not-found/log-silenced"),
    ("dated-log", DATED + "logging.basicConfig(filename=p, level=100)\n", "not-found/log-silenced"),
    ("dated-log", DATED + "h = logging.FileHandler(p)\nh.setLevel(99)\n"
     "logging.getLogger().addHandler(h)\n", "not-found/log-silenced"),
    # -- handlers --
    *[("catch-all", HANDLER.replace("log.addHandler(h)\n", lines) + CAUGHT, wanted)
      for lines, wanted in [
        ("", "not-found/log-not-kept"),
        ("# log.addHandler(h)\n", "not-found/log-not-kept"),
        ("log.addHandler\n", "not-found/log-not-kept"),
        ("def f():\n    log.addHandler(h)\n", "not-found/log-not-kept"),
        ("logging.getLogger('a').addHandler(h)\n", "found/logged"),
        ("def f(l, x):\n    l.addHandler(x)\nf(log, h)\n", "found/logged"),
        ("log.addHandler(logging.FileHandler('/sdcard/b.log'))\n", "found/logged"),
        ("logging.getLogger('b').addHandler(h)\n", "unknown/maybe-logged"),
        ("logging.getLogger().addHandler(h)\n", "unknown/maybe-logged"),
        ("if x:\n    log.addHandler(h)\n", "unknown/maybe-logged"),
        ("for l in all_of_them():\n    l.addHandler(h)\n", "unknown/maybe-logged"),
        ("for x in (h, s):\n    log.addHandler(x)\n", "unknown/maybe-logged"),
        ("log.handlers.append(h)\n", "unknown/maybe-logged"),
        ("log.handlers = [h]\n", "unknown/maybe-logged")]],
    ("catch-all", "import logging\nh = logging.FileHandler('/sdcard/a.log')\n"
     "logging.getLogger().addHandler(h)\nlog = logging.getLogger('a')\n" + CAUGHT, "found/logged"),
    ("catch-all", "import logging\nh = logging.FileHandler('/sdcard/a.log')\n"
     "logging.getLogger('b').addHandler(h)\n" + CAUGHT.replace("log.ex", "logging.ex"),
     "unknown/maybe-logged"),
    ("catch-all", LOG + "h = logging.FileHandler('/sdcard/b.log')\n" + CAUGHT, "found/logged"),
    ("catch-all", LOG.replace("logging.b", "if x: logging.b") + CAUGHT, "unknown/maybe-logged"),
    ("dated-log", DATED + "h = logging.FileHandler(p)\n", "not-found/not-attached"),
    ("dated-log", DATED + "log = logging.getLogger('a')\nlog.addHandler(logging.FileHandler(p))\n",
     "found/dated"),
    ("dated-log", DATED + "h = logging.FileHandler(p)\nfor l in some():\n    l.addHandler(h)\n",
     "unknown/attached-maybe"),
    # -- dated log --
    ("dated-log", LOOP, "not-found/none"),
    ("dated-log", "import logging\n" + LOOP, "not-found/not-configured"),
    ("dated-log", LOG, "not-found/not-dated"),
    ("dated-log", DATED + "logging.basicConfig(filename=p)\n", "found/dated"),
    ("dated-log", DATED + "def f():\n    logging.basicConfig(filename=p)\n",
     "not-found/not-configured"),
    ("dated-log", DATED + "# logging.basicConfig(filename=p)\n", "not-found/not-configured"),
    ("dated-log", DATED + "if card:\n    logging.basicConfig(filename=p)\n", "unknown/log-maybe"),
    ("dated-log", DATED.replace("/sdcard", "/flash") + "logging.basicConfig(filename=p)\n",
     "not-found/not-on-card"),
    ("dated-log", DATED.replace("/sdcard/", "") + "logging.basicConfig(filename=p)\n",
     "unknown/relative"),
    ("dated-log", DATED + "open(p, 'a')\n", "unknown/dated-file"),
    ("dated-log", "import logging\ndef where(x): return x\n"
     "logging.basicConfig(filename=where(y))\n", "unknown/path"),
    ("dated-log", "import logging, time\ndef where():\n    t = time.localtime()\n"
     "    return f'/sdcard/{t[0]}'\nlogging.basicConfig(filename=where())\n", "found/dated"),
    # -- filesystem --
    ("filesystem", LOOP, "unknown/writes-nothing"),
    ("filesystem", "while True:\n    open('/flash/x', 'a').write('1')\n", "not-found/flash-in-loop"),
    ("filesystem", "while True:\n    img.save('/flash/x.jpg')\n", "not-found/flash-in-loop"),
    ("filesystem", "open('/flash/x', 'w')\n", "not-found/not-atomic"),
    ("filesystem", "import os\nopen('/flash/x.t', 'w')\nos.rename('/flash/x.t', '/flash/x')\n",
     "found/tidy"),
    ("filesystem", "open('/flash/x')\n", "unknown/writes-nothing"),
    ("filesystem", "open('x', 'w')\n", "unknown/relative"),
    ("filesystem", "open(name(), 'w')\n", "unknown/path"),
    ("filesystem", "while True:\n    open('/sdcard/x', 'a')\n", "found/tidy"),
    ("filesystem", "if False:\n    open('/flash/x', 'w')\n", "unknown/writes-nothing"),
    # -- unit id --
    ("unit-id", LOOP, "not-found/none"),
    ("unit-id", "# machine.unique_id()\n", "not-found/none"),
    ("unit-id", "import machine\nu = machine.unique_id()\n", "unknown/read-only"),
    ("unit-id", "import machine\nu = machine.unique_id()\nopen('/sdcard/%s' % u, 'w')\n",
     "found/in-path"),
    ("unit-id", "import machine, os, binascii\nu = binascii.hexlify(machine.unique_id()).decode()\n"
     "os.mkdir('/sdcard/' + u)\n", "found/in-path"),
    ("unit-id", "import machine, os\nu = machine.unique_id()\nu = 'x'\ndef f(u):\n"
     "    os.mkdir(u)\nf('fixed')\n", "unknown/read-only"),
    # -- TLS --
    ("tls-key", LOOP, "not-asked/no-tls"),
    ("tls-key", "import ssl\nc = ssl.SSLContext(1)\n", "unknown/no-key"),
    ("tls-key", "import ssl\nc = ssl.SSLContext(1)\nc.load_cert_chain('/flash/c', '/flash/k.der')\n",
     "found/on-drive"),
    ("tls-key", "import ssl\nK = '-----BEGIN EC PRIVATE KEY-----'\nc = ssl.SSLContext(1)\n"
     "c.load_cert_chain(C, K)\n", "not-found/in-image"),
    ("tls-key", "import ssl\nc = ssl.SSLContext(1)\nc.load_cert_chain('/rom/c', '/rom/k')\n",
     "not-found/in-rom"),
    ("tls-key", "import ssl\nc = ssl.SSLContext(1)\nc.load_cert_chain('/flash/c', '/flash/k.pem')\n",
     "not-found/pem"),
    # -- closing --
    ("repl", LOOP, "not-found/none"),
    ("repl", "import pyb\npyb.usb_mode(None)\n", "found/usb-off"),
    ("repl", "import pyb\npyb.usb_mode('VCP')\n", "not-found/none"),
    ("repl", "import pyb\ndef f():\n    pyb.usb_mode(None)\n", "not-found/none"),
    ("repl", "import pyb\nif x:\n    pyb.usb_mode(None)\n", "unknown/sometimes"),
    ("repl", "import micropython\nmicropython.kbd_intr(-1)\n", "unknown/keys-only"),
    ("sys-path", LOOP, "not-found/none"),
    ("sys-path", "import sys\nsys.path.clear()\n", "not-found/cleared"),
    ("sys-path", "import sys\nsys.path[:] = ['.frozen']\n", "found/closed"),
    ("sys-path", "import sys\nsys.path[:] = ['.frozen', '/flash']\n", "not-found/open"),
    ("sys-path", "import sys\nsys.path.clear()\nsys.path.append('.frozen')\n", "found/closed"),
    ("sys-path", "import sys\nsys.path = ['.frozen']\n", "unknown/assigned"),
    ("sys-path", "import sys\nsys.path[:] = make()\n", "unknown/list"),
    ("sys-path", "import sys\nif x:\n    sys.path[:] = ['.frozen']\n", "unknown/sometimes"),
    ("sys-path", "import sys\nif False:\n    sys.path[:] = ['.frozen']\n", "not-found/none"),
    ("sys-path", {"boot.py": "import sys\nsys.path[:] = ['.frozen']\n", "main.py": "import app\n",
                  "app.py": LOOP}, "found/closed"),
    ("sys-path", {"main.py": "import app\nimport sys\nsys.path[:] = ['.frozen']\n",
                  "app.py": "x = 1\n"}, "unknown/late"),
    # -- what is left, and what is never reached --
    ("watchdog", H + "while True:\n    wdt.feed()\n    break\n" + LOOP, "not-found/outside"),
    ("watchdog", H + "def join():\n    while True:\n        wdt.feed()\n        if ready():\n"
     "            return\njoin()\n" + LOOP, "not-found/outside"),
    ("watchdog", H + "while True:\n    wdt.feed()\n    if ready():\n        break\n" + LOOP,
     "not-found/outside"),
    ("watchdog", H + "while True:\n    for i in range(3):\n        break\n    wdt.feed()\n",
     "found/fed"),
    ("watchdog", H + "while True:\n    wdt.feed()\n    if ready():\n        break\n",
     "unknown/loop-ends"),
    ("watchdog", "import machine\n" + LOOP + "wdt = machine.WDT()\nwhile True:\n    wdt.feed()\n",
     "not-found/never-reached"),
    ("watchdog", "import machine\ntry:\n    go()\n    wdt = machine.WDT()\nexcept Exception:\n"
     "    wdt = None\nwhile True:\n    wdt.feed()\n", "unknown/made-maybe"),
    ("watchdog", H + "async def a():\n    while True:\n        wdt.feed()\na()\n" + LOOP,
     "unknown/by-task"),
    ("watchdog", H + "def g():\n    while True:\n        wdt.feed()\n        yield 1\ng()\n" + LOOP,
     "unknown/by-task"),
    ("watchdog", H + "import asyncio\nasync def a():\n    while True:\n        wdt.feed()\n"
     "        await asyncio.sleep(1)\nasyncio.run(a())\n", "found/fed"),
    ("catch-all", LOG + "while True:\n    try:\n        go()\n        break\n    except Exception as e:\n"
     "        log.exception(e)\n" + LOOP, "not-found/none"),
    ("catch-all", LOG + "try:\n    while True:\n        go()\n        break\nexcept Exception as e:\n"
     "    log.exception(e)\n" + LOOP, "not-found/none"),
    ("dated-log", LOOP + DATED + "logging.basicConfig(filename=p)\n", "not-found/none"),
    ("unit-id", "import machine\n" + LOOP + "open('/sdcard/%s' % machine.unique_id(), 'w')\n",
     "not-found/none"),
    ("filesystem", "open('/sdcard/a', 'w')\nopen('/flash/b', mode())\n", "unknown/path"),
    ("tls-key", "import ssl\nc = ssl.SSLContext(1)\nc.load_cert_chain('c', '/flash/k.der')\n"
     "c.load_cert_chain('c', '-----BEGIN PRIVATE KEY-----')\n", "not-found/in-image"),
    ("repl", "import pyb\ndef main():\n    while True:\n        go()\nmain()\npyb.usb_mode(None)\n",
     "not-found/none"),
    ("repl", "import pyb\ntry:\n    while True:\n        go()\nexcept Exception:\n    pass\n"
     "pyb.usb_mode(None)\n", "unknown/sometimes"),
    ("repl", "import pyb, sys\nsys.exit()\npyb.usb_mode(None)\n", "not-found/none"),
    ("repl", "import pyb\npyb.usb_mode(None)\npyb.usb_mode('VCP')\n", "unknown/sometimes"),
    ("sys-path", "import sys\n" + LOOP + "sys.path[:] = ['.frozen']\n", "not-found/none"),
]


def load():
    names = {}
    for script in ("read-sources.py", "check-ready.py"):
        exec(compile((DATA / script).read_text(), script, "exec"), names)
    return names


def judge(names, sources):
    if isinstance(sources, str):
        sources = {"main.py": sources}
    modules = {n: names["Module"](n, ast.parse(t), n in ("main.py", "boot.py"))
               for n, t in sources.items()}
    program = names["Program"](modules)
    for name in ("boot.py", "main.py"):
        if name in modules:
            program.run(name)
    return {r["id"]: r for r in names["check_ready"](program)}


def known_words():
    text = (ROOT / "app/firmware/readiness-words.c").read_text()
    return set(re.findall(r'\{ "([a-z-]*)", "([a-z-]+)", N_', text))


def examples():
    text = (ROOT / "app/firmware/readiness-words.c").read_text()
    for name, body in re.findall(r'\{ "([a-z-]+)", N_ \("[^"]+"\),\s*((?:"(?:\\.|[^"\\])*"\s*)+)\}', text):
        yield name, "".join(ast.literal_eval(s) for s in re.findall(r'"(?:\\.|[^"\\])*"', body))


def main():
    names, words, wrong = load(), known_words(), 0
    for check, sources, wanted in CASES:
        result = judge(names, sources)[check]
        got = result["state"] + "/" + result["why"]
        if got != wanted:
            print(f"{check}: {got}, not {wanted}, for\n{sources}")
            wrong += 1
        if (check, result["why"]) not in words:
            print(f"no words for {check}/{result['why']}")
            wrong += 1
    # What is offered as an example must itself be found. An entry is more than one file.
    for check, text in examples():
        before = "" if check != "catch-all" else LOG + H
        result = judge(names, before + text)[check]
        if result["state"] != "found":
            print(f"the example for {check} is {result['state']}/{result['why']}")
            wrong += 1
    print(f"{len(CASES)} programs, {wrong} wrong")
    sys.exit(wrong > 0)


main()
