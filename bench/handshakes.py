"""New TLS handshakes beside nginx: same key, same client (openssl s_time), in turns; counted by the processor time that
each server spends, so that neither the client nor what else runs on the machine decides.

    handshakes.py [PAIRS [SECONDS]]     RINGUP_BINARY or build/ringup; without nginx only our own figures
"""
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.environ.get("RINGUP_BINARY", os.path.join(ROOT, "build/ringup"))
NGINX = """daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log /dev/null;
events {{ worker_connections 1024; }}
http {{ access_log /dev/null; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {data}/tls/server.crt; ssl_certificate_key {data}/tls/server.key;
    ssl_protocols TLSv1.2 TLSv1.3; location / {{ return 200 "ok"; }} }} }}
"""


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def comes_up(port):
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return True
        except OSError:
            time.sleep(0.01)
    return False


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def turn(process, port, version, seconds):
    """→ handshakes a second of the server's processor time."""
    begun = processor_seconds(process.pid)
    told = subprocess.run(["openssl", "s_time", "-connect", f"127.0.0.1:{port}", "-new", version, "-time", str(seconds)],
                          capture_output=True, text=True, check=False).stdout
    count = int(re.search(r"(\d+) connections in \d+ real seconds", told).group(1))
    return count / (processor_seconds(process.pid) - begun)


def figure(name, value):
    print(json.dumps({"figure": name, "value": round(value, 3)}))


def main():
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    with tempfile.TemporaryDirectory(prefix="ringup-bench-") as folder:
        data, port, nginx_port = folder + "/data", free_port(), free_port()
        subprocess.run([BINARY, "tenant", "create", "--data", data, "--slug", "corner", "--name", "Corner", "--owner-email",
                        "olga@shop.example", "--password-stdin"], input=b"seven small green boats\n", check=True,
                       capture_output=True)
        subprocess.run([BINARY, "cert", "local", "--data", data, "--host", "127.0.0.1"], check=True, capture_output=True)
        os.makedirs(folder + "/nginx")
        with open(folder + "/nginx.conf", "w", encoding="utf-8") as file:
            file.write(NGINX.format(folder=folder + "/nginx", data=data, port=nginx_port))
        ours = subprocess.Popen([BINARY, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            nginx = subprocess.Popen(["nginx", "-c", folder + "/nginx.conf"], stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL)
        except OSError:
            nginx = None
        try:
            if not comes_up(port):
                sys.exit("the server did not come up")
            beside = nginx is not None and comes_up(nginx_port)
            for version, name in (("-tls1_3", "13"), ("-tls1_2", "12")):
                rates, others = [], []
                for _ in range(pairs):
                    rates.append(turn(ours, port, version, seconds))
                    if beside:
                        others.append(turn(nginx, nginx_port, version, seconds))
                figure(f"handshakes.rate_{name}", statistics.median(rates))
                if beside:
                    figure(f"handshakes.nginx_rate_{name}", statistics.median(others))
        finally:
            for process in (ours, nginx):
                if process is not None:
                    process.terminate()
                    process.wait()


main()
