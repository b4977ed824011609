//go:build wasip1

package guest

import "unsafe"

// They keep what the host reads and writes from being collected.
var (
	input   []byte
	output  []byte
	failure []byte
	failed  bool
)

//go:wasmexport alloc
func alloc(size int32) unsafe.Pointer {
	input = make([]byte, size)
	return unsafe.Pointer(unsafe.SliceData(input))
}

//go:wasmexport handle
func handle(_ unsafe.Pointer, length int32) int64 {
	answer, err := handler(input[:length])
	if err != nil {
		failed, failure = true, []byte(err.Error())
		return 0
	}
	output = answer
	return packed(output)
}

//go:wasmexport _error
func lastError() int64 {
	if !failed {
		return 0
	}
	return packed(failure)
}

func packed(bytes []byte) int64 {
	return int64(uintptr(unsafe.Pointer(unsafe.SliceData(bytes))))<<32 | int64(len(bytes))
}
