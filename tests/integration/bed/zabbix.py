# SPDX-License-Identifier: BSD-3-Clause
"""The real Zabbix: a database, the server, and the frontend, which has the API; all of it ends with the test."""

import glob
import http.client
import json
import os
import shutil
import socket
from pathlib import Path

from .places import TREE
from .process import run, wait_for
from .snmp import environment

KIT = TREE / "conf/monitoring/zabbix"
PORT = 8080
SQL = Path("/usr/share/zabbix-server-pgsql")
POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def version():
    """Such as (6, 0)."""
    said = run(["zabbix_server", "-V"]).stdout
    return tuple(int(number) for number in said.split()[2].split(".")[:2])


class Zabbix:
    def __init__(self, namespace, directory):
        self.namespace, self.directory = namespace, directory
        self.processes, self.token = [], None
        os.environ["PHP_CLI_SERVER_WORKERS"] = "4"
        self.traps = directory / "traps"
        self.traps.touch()

    def start(self):
        self._start_database()
        (self.directory / "server.conf").write_text(
            f"DBHost={self.directory / 'db'}\nDBName=zabbix\nDBUser=zabbix\nLogType=console\nAllowRoot=1\nPidFile={self.directory / 'pid'}\n"
            f"SocketDir={self.directory}\nCacheUpdateFrequency=1\nStartSNMPTrapper=1\nSNMPTrapperFile={self.traps}\nListenIP=127.0.0.1\n"
            f"StartVMwareCollectors=0\nStartIPMIPollers=0\nFping6Location=\n"
        )
        self._start("server", ["zabbix_server", "-f", "-c", self.directory / "server.conf"])
        self._start_frontend()
        self.token = self.call("user.login", username="Admin", password="zabbix")
        return self

    def _start(self, name, command):
        self.processes.append(self.namespace.start(name, command, self.directory / f"{name}.log", env=environment(self.directory / "snmp")))
        return self.processes[-1]

    def _sql(self, *words, **options):
        (psql,) = glob.glob("/usr/lib/postgresql/*/bin/psql") or [shutil.which("psql")]
        return run([*POSTGRES, psql, "-q", "-h", self.directory / "db", "-U", "postgres", *words], **options)

    def _start_database(self):
        (programs,) = [Path(path).parent for path in glob.glob("/usr/lib/postgresql/*/bin/initdb")]
        folder = self.directory / "db"
        folder.mkdir()
        shutil.chown(folder, "postgres", "postgres")
        run([*POSTGRES, programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"])
        settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off", "-c", "full_page_writes=off"]
        database = self._start("postgres", [*POSTGRES, programs / "postgres", "-D", folder / "data", *settings])
        wait_for(lambda: self._sql("-c", "select 1", check=False).returncode == 0, "PostgreSQL", process=database)
        self._sql("-c", "create role zabbix login superuser")
        self._sql("-c", "create database zabbix owner zabbix")
        for name in ("schema", "images", "data"):
            text = run(["zcat", SQL / f"{name}.sql.gz"], text=False).stdout
            self._sql("-U", "zabbix", "-d", "zabbix", text=False, stdin=None, input=text, seconds=300)

    def _start_frontend(self):
        # In the mount namespace of the tests: the host's own file is not touched.
        run(["mount", "-t", "tmpfs", "none", "/etc/zabbix"])
        Path("/etc/zabbix/zabbix.conf.php").write_text(
            "<?php\n$DB['TYPE']='POSTGRESQL';$DB['SERVER']='%s';$DB['PORT']='0';$DB['DATABASE']='zabbix';$DB['USER']='zabbix';$DB['PASSWORD']='';"
            "$DB['SCHEMA']='';$DB['ENCRYPTION']=false;$DB['VAULT']='';$DB['DOUBLE_IEEE754']=true;$ZBX_SERVER='127.0.0.1';$ZBX_SERVER_PORT='10051';"
            "$ZBX_SERVER_NAME='';$IMAGE_FORMAT_DEFAULT=IMAGE_FORMAT_PNG;\n" % (self.directory / "db")
        )
        settings = {
            "session.save_path": self.directory, "max_execution_time": 300, "memory_limit": "256M", "post_max_size": "16M",
            "max_input_time": 300, "date.timezone": "UTC", "error_reporting": 0,
        }  # fmt: skip
        words = [word for name, value in settings.items() for word in ("-d", f"{name}={value}")]
        # The frontend complains if there is no such locale.
        shutil.copytree("/usr/lib/locale/C.utf8", self.directory / "locale/en_US.utf8")
        self._start("frontend", ["env", f"LOCPATH={self.directory / 'locale'}", "php", *words, "-S", f"127.0.0.1:{PORT}", "-t", "/usr/share/zabbix"])
        wait_for(self._answers, "the frontend", process=self.processes[-1])

    def _answers(self):
        try:
            return self.call("apiinfo.version")
        except OSError:
            return None

    def call(self, method, **parameters):
        """A call of the API; its result."""
        body = {"jsonrpc": "2.0", "method": method, "params": parameters, "id": 1}
        headers = {"Content-Type": "application/json-rpc"}
        if self.token and version() >= (6, 4):
            headers["Authorization"] = f"Bearer {self.token}"
        elif self.token:
            body["auth"] = self.token
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        connection.sock = self.namespace.socket(socket.AF_INET, socket.SOCK_STREAM)
        connection.sock.settimeout(60)
        try:
            connection.sock.connect(("127.0.0.1", PORT))
            connection.request("POST", "/api_jsonrpc.php", json.dumps(body), headers)
            text = connection.getresponse().read().decode()
        finally:
            connection.close()
        answer = json.loads(text)
        assert "error" not in answer, f"{method}: {answer.get('error')}"
        return answer["result"]

    def import_template(self, text):
        """Returns the template's id."""
        both = {"createMissing": True, "updateExisting": True}
        groups = {"groups": {"createMissing": True, **({"updateExisting": True} if version() >= (6, 2) else {})}}
        if version() >= (6, 2):
            groups = {"template_groups": both, "host_groups": both}
        kinds = ("templates", "items", "triggers", "graphs", "discoveryRules", "valueMaps")
        assert self.call("configuration.import", format="json", source=text, rules={**groups, **dict.fromkeys(kinds, both)}) is True
        (template,) = self.call("template.get", filter={"host": json.loads(text)["zabbix_export"]["templates"][0]["template"]})
        return template["templateid"]

    def stop(self):
        for process in reversed(self.processes):
            process.stop()
        run(["umount", "/etc/zabbix"], check=False)
