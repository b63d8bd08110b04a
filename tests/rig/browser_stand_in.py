"""A browser's stand-in for the guest, where Chromium would start too slowly: it beats like the wall's page, no more."""

import sys
import time
import urllib.request

while True:
    request = urllib.request.Request(sys.argv[-1] + "&w=1280&h=800", method="HEAD")
    urllib.request.urlopen(request, timeout=10).close()
    time.sleep(1.5)
