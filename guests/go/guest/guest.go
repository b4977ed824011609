// Package guest is what a function needs of its host: bytes come in, bytes go out, an error has a message.
//
//	func init() { guest.Handle(handle, `{"name":"Ada"}`) }
//
//	func main() { guest.Run() }
//
// With -buildmode=c-shared that is a module of exported functions: init runs once, when the module is loaded, and main
// never. Without, it is a command. What a call leaves in memory is thrown away after it.
package guest

import (
	"fmt"
	"io"
	"os"
)

// A Handler answers an input, or says what is wrong.
type Handler func(input []byte) ([]byte, error)

var handler Handler

// Handle hands over the function, and calls it once with each example: what it does the first time, such as looking at
// types for encoding/json, is then done before the first call.
func Handle(h Handler, examples ...string) {
	handler = h
	for _, example := range examples {
		h([]byte(example))
	}
}

// Log writes a line into the function's log.
func Log(format string, values ...any) { fmt.Fprintf(os.Stderr, format+"\n", values...) }

// Run calls the function as a command does: standard input to standard output, an error to standard error and exit
// code 1.
func Run() {
	input, err := io.ReadAll(os.Stdin)
	if err == nil {
		var output []byte
		if output, err = handler(input); err == nil {
			_, err = os.Stdout.Write(output)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
