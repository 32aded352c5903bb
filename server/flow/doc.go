// Package flow makes the picture of a call: who sent what to whom, and when. The model knows nothing of how it is
// drawn; there is one file for each way to draw it.
package flow
