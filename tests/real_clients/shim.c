/* Loaded into the syncevolution program (LD_PRELOAD); it repairs one fault and takes out one wait.
 *
 * The fault: SyncEvolution 2.0.0, as some distributions compile it, passes closure objects to the
 * variadic curl_easy_setopt() where libcurl expects plain function pointers, and dies on its first
 * request. The objects are replaced by functions which call the same methods of the transport.
 *
 * The wait: its file backend takes a file's time, in whole seconds, for the file's revision, so
 * after each session that wrote a file it waits for the next second. Whoever uses this shim gives
 * the files that it writes times of its own, each different, and needs no such wait.
 *
 * cc -O2 -shared -fPIC -o shim.so shim.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stddef.h>

#define WRITEFUNCTION 20011
#define READFUNCTION 20012

/* SyncEvo::CurlTransportAgent::readData(void *, size_t) and writeData(void *, size_t) */
#define READ_METHOD "_ZN7SyncEvo18CurlTransportAgent8readDataEPvm"
#define WRITE_METHOD "_ZN7SyncEvo18CurlTransportAgent9writeDataEPvm"

typedef size_t method(void *agent, void *bytes, size_t length);

static size_t call(const char *name, void *agent, void *bytes, size_t length)
{
    method *found = (method *)dlsym(RTLD_DEFAULT, name);
    return found ? found(agent, bytes, length) : 0;
}

static size_t give(void *bytes, size_t size, size_t count, void *agent)
{
    return call(READ_METHOD, agent, bytes, size * count);
}

static size_t take(void *bytes, size_t size, size_t count, void *agent)
{
    return call(WRITE_METHOD, agent, bytes, size * count);
}

/* Every argument of curl_easy_setopt is a pointer, a long or a curl_off_t: all of them one word. */
int curl_easy_setopt(void *handle, int option, ...)
{
    int (*setopt)(void *, int, ...) = (int (*)(void *, int, ...))dlsym(RTLD_NEXT, "curl_easy_setopt");
    va_list rest;
    va_start(rest, option);
    void *value = va_arg(rest, void *);
    va_end(rest);
    if (option == READFUNCTION && dlsym(RTLD_DEFAULT, READ_METHOD))
        value = (void *)give;
    if (option == WRITEFUNCTION && dlsym(RTLD_DEFAULT, WRITE_METHOD))
        value = (void *)take;
    return setopt(handle, option, value);
}

/* SyncEvo::SyncSourceRevisions::sleepSinceModification() */
void _ZN7SyncEvo19SyncSourceRevisions22sleepSinceModificationEv(void *source)
{
    (void)source;
}
