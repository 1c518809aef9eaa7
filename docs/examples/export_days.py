"""Orders a table of truck-days, waits for the file, checks its hash and adds up NOx by district. Python 3.8 or newer, its own library alone.

    PLUME_URL=http://127.0.0.1:8080 PLUME_TOKEN=plume_... python3 export_days.py 2026-11-01 2026-11-30

The token needs the permission export.run: npm run plume -- token add "analysis" --owner NAME --permissions export.run
"""
import csv
import hashlib
import io
import json
import os
import sys
import time
import urllib.error
import urllib.request

URL = os.environ["PLUME_URL"].rstrip("/") + "/api/v1"
HEADERS = {"Authorization": "Bearer " + os.environ["PLUME_TOKEN"], "Content-Type": "application/json"}


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data=data, method=method, headers=HEADERS)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        problem = json.loads(error.read())
        sys.exit(f"{problem['title']}: {problem['detail']} {problem['action']}")


first, last = sys.argv[1:3]
order = {"table": "days", "format": "csv", "language": "en", "from": first, "to": last}
job = json.loads(call("POST", "/exports", order))["jobId"]
while True:
    export = json.loads(call("GET", f"/exports/{job}"))
    if export["state"] in ("failed", "cancelled"):
        sys.exit(f"export {job} {export['state']}: {export['error']}")
    if export["state"] == "done":
        break
    time.sleep(1)

data = call("GET", f"/exports/{job}/file")
assert hashlib.sha256(data).hexdigest() == export["file"]["sha256"], "the file is not the one that was made"
rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
grams, known = {}, {}
for row in rows:
    district = row["District"] or "(none)"
    known.setdefault(district, [0, 0])[1] += 1
    if row["NOx (g)"] != "":  # empty: not known, and not zero
        grams[district] = grams.get(district, 0.0) + float(row["NOx (g)"])
        known[district][0] += 1
print(f"{len(rows)} truck-days from {first} to {last}, Beijing days; NOx as NO2 over seconds with a valid reading, not extrapolated")
for district, (valid, total) in sorted(known.items()):
    kg = f"{grams[district] / 1000:.2f} kg" if valid else "not evaluated"
    print(f"{district}: {kg} ({valid} of {total} truck-days with a valid NOx mass)")
