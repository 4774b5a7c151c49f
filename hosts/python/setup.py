"""What pyproject.toml cannot say: the optional C extension, and the library that a wheel may carry.

REMORA_INCLUDE  folder with remora/remora_loader.h (default: the repository's include folder, then the system's)
REMORA_BUNDLE   a libremora.so to carry inside the wheel, as remora/lib/libremora.so.1
"""

import os
import pathlib
import shutil

from setuptools import Extension, setup
from setuptools.command.build_py import build_py
from setuptools.dist import Distribution

HERE = pathlib.Path(__file__).resolve().parent
BUNDLE = os.environ.get("REMORA_BUNDLE")


class BuildPy(build_py):
    """Puts the library that is to be carried beside the modules."""

    def run(self) -> None:
        super().run()
        if BUNDLE:
            folder = pathlib.Path(self.build_lib) / "remora" / "lib"
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(BUNDLE, folder / "libremora.so.1")


class WithLibrary(Distribution):
    """A wheel that carries a library belongs to one platform, even without the extension."""

    def has_ext_modules(self) -> bool:
        return bool(BUNDLE) or super().has_ext_modules()


include = os.environ.get("REMORA_INCLUDE") or str(HERE.parent.parent / "include")
setup(
    distclass=WithLibrary,
    cmdclass={"build_py": BuildPy},
    ext_modules=[
        # Optional: where there is no compiler, ctypes does the same, more slowly.
        Extension("remora._native", ["src/remora/_native.c"], include_dirs=[include], optional=True,
                  extra_compile_args=[] if os.name == "nt" else ["-std=c11", "-O2", "-Wall", "-Wextra"]),
    ],
)
