#!/bin/sh
# Compiles every LaTeX table of a results folder with pdflatex, all of them in one document.
#
#   scripts/latex.sh FOLDER [PDF]     FOLDER holds the .tex files, such as results/quick/tables
set -eu

folder=$1
if ! ls "$folder"/*.tex > /dev/null 2>&1; then
  echo "latex: $folder has no LaTeX tables; inertia run or collect writes them" >&2
  exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
  printf '%s\n' '\documentclass{article}' '\usepackage[utf8]{inputenc}' \
    '\usepackage{booktabs,textcomp}' '\usepackage[landscape,margin=1cm]{geometry}' '\begin{document}'
  for table in "$folder"/*.tex; do
    # Long tables do not fit a page; that they compile is what counts here.
    printf '\\tiny\n'
    cat "$table"
    printf '\\clearpage\n'
  done
  printf '%s\n' '\end{document}'
} > "$work/tables.tex"
if ! (cd "$work" && pdflatex -interaction=nonstopmode -halt-on-error tables.tex > log.txt); then
  grep -A 5 '^!' "$work/log.txt" >&2
  echo "latex: a table of $folder does not compile" >&2
  exit 1
fi
if [ $# -gt 1 ]; then cp "$work/tables.pdf" "$2"; fi
echo "latex: $(ls "$folder"/*.tex | wc -l) tables of $folder compile"
