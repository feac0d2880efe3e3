#!/bin/bash
# Runs the benchmark on a bare Linux machine (bash, python3, a Vulkan driver): bash run.sh [OPTIONS]. Everything it says also goes to
# $OUT/dawn.txt. VK_DRIVER_FILES chooses the driver; without it NVIDIA's is looked for. LIMIT: seconds until it is stopped, 100 if not set.
set -u
here=$(cd "$(dirname "$0")" && pwd)
to=${DAWN_FOLDER:-/tmp/dawn}
limit=${LIMIT:-100}
[ $# -gt 0 ] || set -- --rounds 30 --finds 5 --seconds 70
mkdir -p "${OUT:-.}"
exec > >(tee "${OUT:-.}/dawn.txt") 2>&1
say=$!
finish() {
  exec >&- 2>&-
  wait "$say"
  exit "$1"
}

python3 - "$here" "$to" <<'EOF' || { echo "Unpacking needs python3 with lzma, and 150 MB in $to."; finish 1; }
import lzma, os, shutil, sys, tarfile
here, to = sys.argv[1:]
shutil.rmtree(to, ignore_errors=True)
os.makedirs(to)
with tarfile.open(f"{here}/bench.tar.xz") as archive:
    archive.extractall(to)
with lzma.open(f"{here}/node.xz") as packed, open(f"{to}/node", "wb") as node:
    shutil.copyfileobj(packed, node, 1 << 20)
os.chmod(f"{to}/node", 0o755)
EOF

for folder in /usr/local/nvidia/lib64 /usr/local/nvidia/lib; do
  [ -d "$folder" ] && LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder"
done
export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}
# Of the libraries that came along, those that the machine lacks.
mkdir "$to/lacking"
for path in "$to"/lib/*; do
  name=$(basename "$path")
  python3 -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$name" 2> /dev/null || cp "$path" "$to/lacking/$name"
done
export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$to/lacking"
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2> /dev/null
echo "Libraries that the machine lacks and came along: $(ls "$to/lacking" | tr '\n' ' ')"

# Drivers to try, in this order: one without an adapter says so with status 3.
drivers=()
if [ -n "${VK_DRIVER_FILES:-${VK_ICD_FILENAMES:-}}" ]; then
  drivers=("${VK_DRIVER_FILES:-$VK_ICD_FILENAMES}")
else
  for file in /usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json /etc/vulkan/icd.d/nvidia_icd.json /usr/share/vulkan/icd.d/nvidia_icd.json; do
    [ -f "$file" ] && drivers+=("$file")
  done
  for library in libGLX_nvidia.so.0 libEGL_nvidia.so.0; do
    echo "{\"file_format_version\": \"1.0.1\", \"ICD\": {\"library_path\": \"$library\", \"api_version\": \"1.3.0\"}}" > "$to/$library.json"
    drivers+=("$to/$library.json")
  done
fi

ended=$((SECONDS + limit))
status=3
for driver in "${drivers[@]}"; do
  echo "Vulkan driver: $driver"
  left=$((ended - SECONDS))
  [ "$left" -gt 0 ] || left=1
  VK_DRIVER_FILES=$driver timeout "$left" "$to/node" "$to/bench.mjs" "$@"
  status=$?
  [ "$status" -eq 124 ] && echo "Stopped after $limit s."
  [ "$status" -eq 3 ] || finish "$status"
done

echo "No adapter with any driver. What the loader says of the last one, and what the drivers lack:"
VK_DRIVER_FILES=$driver VK_LOADER_DEBUG=error,warn,driver timeout 20 "$to/node" "$to/bench.mjs" --rounds 1 2>&1 | head -n 40
nvidia-smi -L
for library in libGLX_nvidia.so.0 libEGL_nvidia.so.0; do
  for folder in ${LD_LIBRARY_PATH//:/ } /usr/lib/x86_64-linux-gnu; do
    [ -e "$folder/$library" ] && echo "$folder/$library" && ldd "$folder/$library" | grep 'not found'
  done
done
finish "$status"
