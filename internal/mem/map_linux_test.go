package mem

import (
	"bufio"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// mappingOf returns the flags of the mapping that holds an address, from
// /proc/self/smaps; ok is false if the address is not mapped.
func mappingOf(t *testing.T, p uintptr) (flags string, ok bool) {
	t.Helper()
	file, err := os.Open("/proc/self/smaps")
	require.NoError(t, err)
	defer file.Close()
	lines, inside := bufio.NewScanner(file), false
	for lines.Scan() {
		line := lines.Text()
		if lo, hi, found := strings.Cut(strings.SplitN(line, " ", 2)[0], "-"); found {
			from, err1 := strconv.ParseUint(lo, 16, 64)
			to, err2 := strconv.ParseUint(hi, 16, 64)
			inside = err1 == nil && err2 == nil && uint64(p) >= from && uint64(p) < to
		}
		if f, found := strings.CutPrefix(line, "VmFlags:"); inside && found {
			return f + " ", true
		}
	}
	return "", false
}

// TestHugePages asks the kernel: the block's mapping carries the advice (hg)
// from its first to its last byte, where the kernel has huge pages at all.
func TestHugePages(t *testing.T) {
	_, err := os.Stat("/sys/kernel/mm/transparent_hugepage")
	supported := err == nil

	b := Alloc[uint32](3 * hugePage / 4)
	defer b.Free()
	s := b.Slice()
	w := Words32(3 * hugePage / 4) // contains two whole huge pages at least
	w[0] = 1
	middle := (uintptr(unsafe.Pointer(&w[0])) + hugePage - 1) &^ (hugePage - 1)

	for name, p := range map[string]uintptr{
		"first":       uintptr(unsafe.Pointer(&s[0])),
		"last":        uintptr(unsafe.Pointer(&s[len(s)-1])),
		"slack":       uintptr(unsafe.Pointer(&s[len(s)-1])) + Slack,
		"words":       middle,
		"words, last": middle + hugePage - 1,
	} {
		flags, ok := mappingOf(t, p)
		require.True(t, ok, name)
		require.Equal(t, supported, strings.Contains(flags, " hg "), "%s:%s", name, flags)
	}
}

// TestMapHuge checks that regions are whole huge pages, and the error for one
// that no machine has room for.
func TestMapHuge(t *testing.T) {
	for _, size := range []uintptr{1, mapFrom, hugePage, hugePage + 1} {
		r, err := mapHuge(size)
		require.NoError(t, err)
		require.Zero(t, uintptr(r.base)%hugePage)
		require.Zero(t, r.size%hugePage)
		require.GreaterOrEqual(t, r.size, size)
		require.Less(t, r.size, size+hugePage)
		unmap(r)
	}
	_, err := mapHuge(^uintptr(4*hugePage - 1))
	require.Error(t, err)
	if strconv.IntSize == 64 { // in 32 bits a gigabyte can be had
		_, err = TryAlloc[int8](math.MaxInt - Slack - 2*hugePage)
		require.ErrorContains(t, err, "mem: no room for 8.0 EiB: ")
	}
}

// TestNoRest maps 200 regions and reads the size of the address space: what was
// mapped beyond a region to align it has been given back.
func TestNoRest(t *testing.T) {
	const regions = 200
	mapped := make([]region, 0, regions)
	before := addressSpace(t)
	for range regions {
		r, err := mapHuge(1)
		require.NoError(t, err)
		mapped = append(mapped, r)
	}
	grown := addressSpace(t) - before
	require.GreaterOrEqual(t, grown, regions*hugePage)
	require.Less(t, grown, regions*hugePage*3/2)
	for _, r := range mapped {
		unmap(r)
	}
	require.Less(t, addressSpace(t)-before, regions*hugePage/2)
}

// addressSpace returns the bytes that this process has mapped.
func addressSpace(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	require.NoError(t, err)
	pages, err := strconv.Atoi(strings.Fields(string(text))[0])
	require.NoError(t, err)
	return pages * os.Getpagesize()
}
