"""First boot: `kiosk.toml`, which a person wrote on the card's FAT partition, read, judged and answered. Pure.

bytes -> decoding -> lines, slips -> plan; then merging (the configuration), keyfile (Wi-Fi), sealing (secrets out of
the file, the answer into it) and outcome (what the running kiosk is told).
"""
