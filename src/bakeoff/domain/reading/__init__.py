"""Reading the heads of data: what a file is, which table it holds, and what is wrong with it."""
