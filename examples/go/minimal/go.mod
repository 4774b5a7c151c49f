module minimal

go 1.19

require remora v0.1.0

require github.com/ebitengine/purego v0.9.1 // indirect

replace remora => ../../../hosts/go
