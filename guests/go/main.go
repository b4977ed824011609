package main

import "example.com/salary/guest"

func init() { guest.Handle(handle, `{"country":"PL","income":30001}`, `{}`) }

func main() { guest.Run() }
