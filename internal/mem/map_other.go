//go:build !linux

package mem

import "errors"

// canMap says whether mapHuge works here.
const canMap = false

// mapHuge is not called where canMap is false.
func mapHuge(uintptr) (region, error) {
	return region{}, errors.ErrUnsupported
}

// unmap has nothing to give back, as nothing was mapped.
func unmap(region) {}

// adviseHuge leaves the choice of pages to the system.
func adviseHuge(region) {}
