/* What a process costs that does nothing: the measure of bench_hook. */
int main(void) {
    return 0;
}
