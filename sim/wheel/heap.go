package wheel

// heapPush adds a key to a binary min-heap.
func heapPush(h []uint64, key uint64) []uint64 {
	h = append(h, key)
	for i := len(h) - 1; i > 0; {
		parent := (i - 1) / 2
		if h[parent] <= h[i] {
			break
		}
		h[parent], h[i] = h[i], h[parent]
		i = parent
	}
	return h
}

// heapPop removes the least key of a non-empty binary min-heap.
func heapPop(h []uint64) (uint64, []uint64) {
	least, n := h[0], len(h)-1
	h[0] = h[n]
	h = h[:n]
	for i := 0; ; {
		child := 2*i + 1
		if child >= n {
			return least, h
		}
		if child+1 < n && h[child+1] < h[child] {
			child++
		}
		if h[i] <= h[child] {
			return least, h
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}
