"""Files under foreign names: read within bounds, or refused at once."""

import os
import socket

import pytest

from evoclass.disk.regularfile import FileTooLarge, NotRegularFile, read_bytes


def test_a_file_is_read_whole_up_to_the_limit(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"\0abc")
    assert read_bytes(path, 4) == b"\0abc"
    with pytest.raises(FileTooLarge):
        read_bytes(path, 3)


def test_a_link_is_followed(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    assert read_bytes(tmp_path / "b", 10) == b"x"


def test_a_huge_sparse_file_is_refused_without_reading(tmp_path):
    path = tmp_path / "sparse"
    path.touch()
    os.truncate(path, 1 << 40)
    with pytest.raises(FileTooLarge):
        read_bytes(path, 1_000_000)


@pytest.mark.parametrize("kind", ["pipe", "folder", "socket", "device", "link to a device"])
def test_what_is_no_file_is_refused_at_once(tmp_path, kind):
    path = tmp_path / "odd"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
    elif kind == "device":
        path = "/dev/zero"
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(NotRegularFile):
        read_bytes(path, 1000)


@pytest.mark.skipif(not os.path.exists("/proc/self/maps"), reason="needs /proc")
def test_a_file_without_a_size_is_bounded_too():
    with pytest.raises(FileTooLarge):
        read_bytes("/proc/self/maps", 100)


def test_a_missing_file_raises_as_open_does(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_bytes(tmp_path / "none", 1)
