/* A disk that forgets: a layer over SQLite's own files which remembers what a power cut would leave of them.
 *
 * The file itself is what running programs see, as with the page cache of an operating system. Beside it stand
 * `<file>.kept`, what has reached the disk, and `<file>.unsynced`, each write since the last sync: two numbers of eight
 * bytes (where, how many; how many is -1 for "cut off here"), then the bytes. A sync moves the second into the first.
 *
 * While `<file>.full` exists the disk is full, while `<file>.broken` exists it neither writes nor syncs.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define WATCHED (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)
#define MOST_FILES 16
#define CUT_OFF (-1)
#define PIECE (1 << 16)

typedef struct {
    char path[4096];
    int kept, unsynced;
} Disk;

typedef struct {
    sqlite3_file base;
    Disk *disk;           /* NULL: a file that nobody needs after a power cut */
    char of[4096];        /* the database that it belongs to */
    sqlite3_file *real;
} File;

static sqlite3_vfs forgetful;
static sqlite3_io_methods methods;
static Disk disks[MOST_FILES];
static int disk_count;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(file) (((File *)(file))->real)
#define BELOW(vfs) ((sqlite3_vfs *)(vfs)->pAppData)

static int beside(const char *path, const char *suffix, int flags) {
    char name[4200];
    snprintf(name, sizeof name, "%s%s", path, suffix);
    return open(name, flags | O_CLOEXEC, 0600);
}

static int there(const char *path, const char *suffix) {
    char name[4200];
    snprintf(name, sizeof name, "%s%s", path, suffix);
    return access(name, F_OK) == 0;
}

/* Both files of a path are opened once, by whichever connection comes first, and stay open. */
static Disk *disk_of(const char *path) {
    Disk *found = NULL;
    pthread_mutex_lock(&turn);
    for (int at = 0; at < disk_count && !found; at++)
        if (strcmp(disks[at].path, path) == 0) found = &disks[at];
    if (!found && disk_count < MOST_FILES) {
        found = &disks[disk_count];
        snprintf(found->path, sizeof found->path, "%s", path);
        found->kept = beside(path, ".kept", O_RDWR | O_CREAT);
        found->unsynced = beside(path, ".unsynced", O_RDWR | O_CREAT | O_APPEND);
        if (found->kept < 0 || found->unsynced < 0) found = NULL; else disk_count++;
    }
    pthread_mutex_unlock(&turn);
    return found;
}

static int remember(Disk *disk, sqlite3_int64 where, sqlite3_int64 many, const void *bytes) {
    sqlite3_int64 head[2] = {where, many};
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, many > 0 ? (size_t)many : 0}};
    ssize_t whole = (ssize_t)(parts[0].iov_len + parts[1].iov_len);
    pthread_mutex_lock(&turn);
    int well = writev(disk->unsynced, parts, 2) == whole;
    pthread_mutex_unlock(&turn);
    return well ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

static int move_one(Disk *disk, off_t *at) {
    sqlite3_int64 head[2];
    char piece[PIECE];
    if (pread(disk->unsynced, head, sizeof head, *at) != sizeof head) return 0;
    *at += sizeof head;
    if (head[1] == CUT_OFF) return ftruncate(disk->kept, head[0]) == 0;
    for (sqlite3_int64 done = 0; done < head[1];) {
        size_t size = head[1] - done < PIECE ? (size_t)(head[1] - done) : PIECE;
        ssize_t got = pread(disk->unsynced, piece, size, *at);
        if (got <= 0 || pwrite(disk->kept, piece, (size_t)got, head[0] + done) != got) return 0;
        done += got;
        *at += got;
    }
    return 1;
}

static int keep(Disk *disk) {
    off_t at = 0;
    pthread_mutex_lock(&turn);
    while (move_one(disk, &at)) {}
    int well = ftruncate(disk->unsynced, 0) == 0;
    pthread_mutex_unlock(&turn);
    return well ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

static int x_write(sqlite3_file *file, const void *bytes, int many, sqlite3_int64 where) {
    File *one = (File *)file;
    if (one->disk && there(one->of, ".full")) return SQLITE_FULL;
    if (one->disk && there(one->of, ".broken")) return SQLITE_IOERR_WRITE;
    int code = REAL(file)->pMethods->xWrite(REAL(file), bytes, many, where);
    return code == SQLITE_OK && one->disk ? remember(one->disk, where, many, bytes) : code;
}

static int x_truncate(sqlite3_file *file, sqlite3_int64 size) {
    File *one = (File *)file;
    int code = REAL(file)->pMethods->xTruncate(REAL(file), size);
    return code == SQLITE_OK && one->disk ? remember(one->disk, size, CUT_OFF, NULL) : code;
}

/* The true disk is not asked: nothing of this run has to survive a true power cut. */
static int x_sync(sqlite3_file *file, int flags) {
    File *one = (File *)file;
    (void)flags;
    if (!one->disk) return SQLITE_OK;
    return there(one->of, ".broken") ? SQLITE_IOERR_FSYNC : keep(one->disk);
}

static int x_close(sqlite3_file *file) { return REAL(file)->pMethods->xClose(REAL(file)); }
static int x_read(sqlite3_file *file, void *bytes, int many, sqlite3_int64 where) {
    return REAL(file)->pMethods->xRead(REAL(file), bytes, many, where);
}
static int x_size(sqlite3_file *file, sqlite3_int64 *size) {
    return REAL(file)->pMethods->xFileSize(REAL(file), size);
}
static int x_lock(sqlite3_file *file, int level) { return REAL(file)->pMethods->xLock(REAL(file), level); }
static int x_unlock(sqlite3_file *file, int level) { return REAL(file)->pMethods->xUnlock(REAL(file), level); }
static int x_reserved(sqlite3_file *file, int *held) {
    return REAL(file)->pMethods->xCheckReservedLock(REAL(file), held);
}
static int x_control(sqlite3_file *file, int what, void *value) {
    return REAL(file)->pMethods->xFileControl(REAL(file), what, value);
}
static int x_sector(sqlite3_file *file) { return REAL(file)->pMethods->xSectorSize(REAL(file)); }
static int x_promises(sqlite3_file *file) { return REAL(file)->pMethods->xDeviceCharacteristics(REAL(file)); }
static int x_map(sqlite3_file *file, int region, int size, int extend, void volatile **at) {
    return REAL(file)->pMethods->xShmMap(REAL(file), region, size, extend, at);
}
static int x_shm_lock(sqlite3_file *file, int offset, int many, int flags) {
    return REAL(file)->pMethods->xShmLock(REAL(file), offset, many, flags);
}
static void x_barrier(sqlite3_file *file) { REAL(file)->pMethods->xShmBarrier(REAL(file)); }
static int x_unmap(sqlite3_file *file, int remove) { return REAL(file)->pMethods->xShmUnmap(REAL(file), remove); }

static void name_database(File *one, const char *path, int flags) {
    const char *suffix = flags & SQLITE_OPEN_WAL ? "-wal" : flags & SQLITE_OPEN_MAIN_JOURNAL ? "-journal" : "";
    snprintf(one->of, sizeof one->of, "%.*s", (int)(strlen(path) - strlen(suffix)), path);
}

static int x_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *given) {
    File *one = (File *)file;
    memset(one, 0, sizeof *one);
    one->real = (sqlite3_file *)(one + 1);
    int code = BELOW(vfs)->xOpen(BELOW(vfs), path, one->real, flags, given);
    if (code != SQLITE_OK) return code;
    one->base.pMethods = &methods;
    if (path && flags & WATCHED) {
        name_database(one, path, flags);
        one->disk = disk_of(path);
        if (!one->disk) { x_close(file); one->base.pMethods = NULL; return SQLITE_CANTOPEN; }
    }
    return SQLITE_OK;
}

static int x_delete(sqlite3_vfs *vfs, const char *path, int sync) {
    int code = BELOW(vfs)->xDelete(BELOW(vfs), path, sync);
    pthread_mutex_lock(&turn);
    for (int at = 0; at < disk_count && code == SQLITE_OK; at++)
        if (strcmp(disks[at].path, path) == 0 && (ftruncate(disks[at].kept, 0) || ftruncate(disks[at].unsynced, 0)))
            code = SQLITE_IOERR_DELETE;
    pthread_mutex_unlock(&turn);
    return code;
}

/* From now on every database of this process lies on such a disk. 0 when all is well. */
int forgetful_disk(void) {
    sqlite3_vfs *below = sqlite3_vfs_find(NULL);
    if (!below) return SQLITE_ERROR;
    forgetful = *below;
    forgetful.pNext = NULL;
    forgetful.zName = "forgetful";
    forgetful.pAppData = below;
    forgetful.szOsFile = (int)sizeof(File) + below->szOsFile;
    forgetful.xOpen = x_open;
    forgetful.xDelete = x_delete;
    methods = (sqlite3_io_methods){2, x_close, x_read, x_write, x_truncate, x_sync, x_size, x_lock, x_unlock, x_reserved,
                                   x_control, x_sector, x_promises, x_map, x_shm_lock, x_barrier, x_unmap, NULL, NULL};
    return sqlite3_vfs_register(&forgetful, 1);
}

/* Which SQLite this layer lies in. */
const char *forgetful_source_id(void) { return sqlite3_sourceid(); }
