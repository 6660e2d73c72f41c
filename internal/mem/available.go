package mem

// Available returns the number of bytes that this process can still take: what
// the machine has free or can free, or what the limit of a control group
// (container, batch job) leaves, whichever is less. ok is false where neither is
// known; a caller then allocates without asking.
//
// It is a snapshot; other processes allocate too.
func Available() (bytes uint64, ok bool) { return available() }
