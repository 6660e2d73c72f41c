// Package kernel has the hot loops of the engine.
package kernel
