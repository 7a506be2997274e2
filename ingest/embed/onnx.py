"""ONNX files: a model's tensors are read, a graph is written. Knows protobuf's wire; knows nothing of what is computed.

The field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_TYPES = {1: "float32", 2: "uint8", 3: "int8", 6: "int32", 7: "int64", 9: "bool"}
_CODES = {name: code for code, name in _TYPES.items()}
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_IR_VERSION, _OPSET = 8, 17
_MICROSOFT = "com.microsoft"


def read_tensors(model: bytes) -> dict[str, Array]:
    """Returns the tensors that a model holds, by name and in the order of the file; they share the model's memory."""
    (graph,) = (value for number, value in _fields(memoryview(model)) if number == 7)
    return dict(_tensor(value) for number, value in _fields(graph) if number == 5)


@dataclass(frozen=True)
class Value:
    """What a model takes or gives: its name, its type ("float32"), and how many axes it has."""

    name: str
    kind: str
    axes: int


class Graph:
    """A graph being written. A value in it is known by a name, which the method that adds it returns."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._names = 0

    def tensor(self, array: Array) -> str:
        """Adds a constant."""
        name = self._name()
        dims = b"".join(_number(1, size) for size in array.shape)
        raw = _bytes(9, np.ascontiguousarray(array).tobytes())
        self._parts.append(_bytes(5, dims + _number(2, _CODES[array.dtype.name]) + _text(8, name) + raw))
        return name

    def node(self, operator: str, *inputs: str, **attributes: float | Sequence[int]) -> str:
        """Adds an operator with one output; those of onnxruntime itself are called "com.microsoft.…"."""
        return self.split(operator, *inputs, parts=1, **attributes)[0]

    def split(self, operator: str, *inputs: str, parts: int, **attributes: float | Sequence[int]) -> tuple[str, ...]:
        """Adds an operator with several outputs."""
        domain, _, kind = operator.rpartition(".")
        outputs = tuple(self._name() for _ in range(parts))
        ends = b"".join(_text(1, name) for name in inputs) + b"".join(_text(2, name) for name in outputs)
        settings = b"".join(_bytes(5, _attribute(name, value)) for name, value in attributes.items())
        self._parts.append(_bytes(1, ends + _text(4, kind) + settings + _text(7, domain)))
        return outputs

    def model(self, *, inputs: Sequence[Value], outputs: Sequence[Value]) -> bytes:
        """Returns the whole as a model."""
        graph = [*self._parts, _text(2, "graph")]
        graph += [_bytes(11, _value(each)) for each in inputs] + [_bytes(12, _value(each)) for each in outputs]
        operators = [_text(1, "") + _number(2, _OPSET), _text(1, _MICROSOFT) + _number(2, 1)]
        return _number(1, _IR_VERSION) + _bytes(7, b"".join(graph)) + b"".join(_bytes(8, each) for each in operators)

    def _name(self) -> str:
        self._names += 1
        return f"v{self._names}"


def _fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        size = {_FIXED64: 8, _FIXED32: 4}.get(key & 7, 0)
        value: int | memoryview
        if key & 7 in (_VARINT, _BYTES):
            size, position = _varint(message, position)
        if key & 7 == _VARINT:
            value = size
        else:
            value, position = message[position : position + size], position + size
        yield key >> 3, value


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        value |= (byte & 127) << shift
        position, shift = position + 1, shift + 7
        if byte < 128:
            return value, position


def _tensor(message: memoryview) -> tuple[str, Array]:
    dims, fields = [], {}
    for number, value in _fields(message):
        if number == 1:
            dims.append(value)
        fields[number] = value
    return bytes(fields[8]).decode(), np.frombuffer(fields[9], _TYPES[fields[2]]).reshape(dims)


def _attribute(name: str, value: float | Sequence[int]) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    if isinstance(value, float):
        return _text(1, name) + bytes([2 << 3 | _FIXED32]) + struct.pack("<f", value) + _number(20, 1)
    return _text(1, name) + b"".join(_number(8, each) for each in value) + _number(20, 7)


def _value(value: Value) -> bytes:
    shape = b"".join(_bytes(1, b"") for _ in range(value.axes))  # of any size
    return _text(1, value.name) + _bytes(2, _bytes(1, _number(1, _CODES[value.kind]) + _bytes(2, shape)))


def _text(number: int, text: str) -> bytes:
    return _bytes(number, text.encode())


def _bytes(number: int, content: bytes) -> bytes:
    return _encode(number << 3 | _BYTES) + _encode(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _encode(number << 3 | _VARINT) + _encode(value & (1 << 64) - 1)


def _encode(value: int) -> bytes:
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    return bytes([*encoded, value])
