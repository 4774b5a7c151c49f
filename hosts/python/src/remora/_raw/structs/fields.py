"""The types of the structs' fields, and how a struct is laid out by them."""

import ctypes
from typing import Annotated, Any, TypeVar, get_args

U32 = Annotated[int, ctypes.c_uint32]
I32 = Annotated[int, ctypes.c_int32]
U64 = Annotated[int, ctypes.c_uint64]
I64 = Annotated[int, ctypes.c_int64]
F64 = Annotated[float, ctypes.c_double]
Id = Annotated[int, ctypes.c_uint32]
EightIds = Annotated["ctypes.Array[ctypes.c_uint32]", ctypes.c_uint32 * 8]
EightNumbers = Annotated["ctypes.Array[ctypes.c_double]", ctypes.c_double * 8]

_Struct = TypeVar("_Struct", bound=type[ctypes.Structure])


def c_struct(cls: _Struct) -> _Struct:
    """Lays the struct out as its annotations say, in their order."""
    fields: dict[str, Any] = cls.__annotations__
    cls._fields_ = [(name, get_args(annotation)[1]) for name, annotation in fields.items()]
    return cls
