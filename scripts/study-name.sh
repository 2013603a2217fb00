#!/bin/sh
# Prints the name of the study in a study file, which is that of its folder of results.
sed -n "s/^study:[[:space:]]*[\"']\{0,1\}\([^\"'#[:space:]]*\).*/\1/p" "$1" | head -n 1
