// Package kernel has the hot loops of the engine.
package kernel

// chunk is the number of neurons that one call of an assembly kernel updates at most. Assembly
// cannot be preempted, and a garbage collection waits for it: 32 Ki neurons take some 10 us from
// cache, and well below a millisecond from memory.
const chunk = 1 << 15
