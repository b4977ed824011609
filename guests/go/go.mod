module example.com/salary

go 1.24
