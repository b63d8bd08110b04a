"""Code reading, as a process: size as two arguments, grey pixels on stdin; prints what the QR codes say, in JSON."""

import json
import sys

import zxingcpp


def main() -> None:
    width, height = int(sys.argv[1]), int(sys.argv[2])
    pixels = memoryview(sys.stdin.buffer.read()).cast("B", (height, width))
    found = zxingcpp.read_barcodes(pixels, zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    json.dump([code.text for code in found], sys.stdout)


if __name__ == "__main__":
    main()
