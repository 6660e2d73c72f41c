package mem

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// canMap says whether mapHuge works here.
const canMap = true

// mapHuge maps size bytes of zeroed memory at a multiple of hugePage and asks
// for huge pages. The mapping is rounded up to whole huge pages, so that the
// last one can be huge too; what is never touched takes no memory.
func mapHuge(size uintptr) (region, error) {
	size = (size + hugePage - 1) &^ (hugePage - 1)
	// The system aligns to 4 KiB only: map one huge page more and cut both ends.
	whole := size + hugePage
	p, err := unix.MmapPtr(-1, 0, nil, whole, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return region{}, err
	}
	head := -uintptr(p) & (hugePage - 1)
	base := unsafe.Add(p, head)
	r := region{base, size}
	// Cutting can fail only where the system runs out of mappings; the ends then
	// stay mapped, untouched, at no cost but address space.
	if head > 0 {
		_ = unix.MunmapPtr(p, head)
	}
	if tail := whole - head - size; tail > 0 {
		_ = unix.MunmapPtr(unsafe.Add(base, size), tail)
	}
	adviseHuge(r)
	return r, nil
}

// unmap gives a region back. It fails only for a region that was never mapped,
// which adopt and free rule out.
func unmap(r region) { _ = unix.MunmapPtr(r.base, r.size) }

// adviseHuge asks for huge pages in the part of r that consists of whole ones.
// A kernel without them refuses, and the memory works as before.
func adviseHuge(r region) {
	skip := -uintptr(r.base) & (hugePage - 1)
	if r.size < skip+hugePage {
		return
	}
	n := int((r.size - skip) &^ (hugePage - 1))
	_ = unix.Madvise(unsafe.Slice((*byte)(unsafe.Add(r.base, skip)), n), unix.MADV_HUGEPAGE)
}
