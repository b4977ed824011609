package main

import "example.com/salary/guest"

func init() { guest.Handle(handle) }

func main() { guest.Run() }
