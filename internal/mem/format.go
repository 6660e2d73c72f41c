package mem

import "strconv"

// FormatBytes returns a number of bytes for people, in the largest binary unit
// that leaves at least one: "512 B", "1.0 KiB", "6.2 GiB". It rounds half up to
// one decimal.
func FormatBytes(n uint64) string {
	if n < 1024 {
		return strconv.FormatUint(n, 10) + " B"
	}
	const units = "KMGTPE"
	shift, unit := uint(10), 0
	for unit < len(units)-1 && tenths(n, shift) >= 10*1024 {
		shift, unit = shift+10, unit+1
	}
	t := tenths(n, shift)
	return strconv.FormatUint(t/10, 10) + "." + strconv.FormatUint(t%10, 10) + " " + units[unit:unit+1] + "iB"
}

// tenths returns 10*n/2^shift, rounded half up, for shift from 1 to 60: the
// part below the point is then small enough to be taken tenfold.
func tenths(n uint64, shift uint) uint64 {
	whole, part := n>>shift, n&(1<<shift-1)
	return 10*whole + (10*part+1<<(shift-1))>>shift
}
