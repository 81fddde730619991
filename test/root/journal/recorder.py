"""A disk that remembers: serves one file, `disk`, and writes down in LOG every write and every flush in the order they came, and what is written
to a second file, `acknowledged`. A loop device on `disk` makes it a disk of the kernel's. recorder.py FOLDER IMAGE LOG

Each entry of the log: kind (W, F, A), offset and length as 64-bit numbers, then the bytes.
"""
import errno
import os
import stat
import struct
import sys

from fusepy import FUSE, FuseOSError, Operations


class Recorder(Operations):
    def __init__(self, image, log):
        self.image = os.open(image, os.O_RDWR)
        self.size = os.fstat(self.image).st_size
        self.log = open(log, "wb", buffering=1 << 20)

    def note(self, kind, offset=0, data=b""):
        self.log.write(kind + struct.pack("<QQ", offset, len(data)) + data)

    def getattr(self, path, fh=None):
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
        if path == "/disk":
            return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": self.size}
        if path == "/acknowledged":
            return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": 0}
        raise FuseOSError(errno.ENOENT)

    def readdir(self, path, fh):
        return [".", "..", "disk", "acknowledged"]

    def open(self, path, flags):
        return 1

    def truncate(self, path, length, fh=None):
        return 0

    def read(self, path, size, offset, fh):
        return os.pread(self.image, size, offset) if path == "/disk" else b""

    def write(self, path, data, offset, fh):
        if path == "/disk":
            os.pwrite(self.image, data, offset)
            self.note(b"W", offset, data)
        else:
            self.note(b"A", 0, data)
        return len(data)

    def fsync(self, path, datasync, fh):
        if path == "/disk":
            self.note(b"F")
        return 0

    def destroy(self, path):
        self.log.close()


if __name__ == "__main__":
    folder, image, log = sys.argv[1:]
    FUSE(Recorder(image, log), folder, foreground=True, nothreads=True, direct_io=True)
