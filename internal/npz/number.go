package npz

// Number is the type of an array's elements.
type Number interface {
	int8 | int32 | int64 | uint8 | uint32 | uint64 | float32 | float64
}

// dtype is NumPy's name of T, little-endian, and its size in bytes.
func dtype[T Number]() (name string, size int) {
	switch any(*new(T)).(type) {
	case int8:
		return "|i1", 1
	case uint8:
		return "|u1", 1
	case int32:
		return "<i4", 4
	case uint32:
		return "<u4", 4
	case float32:
		return "<f4", 4
	case int64:
		return "<i8", 8
	case uint64:
		return "<u8", 8
	}
	return "<f8", 8
}
