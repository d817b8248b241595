<?php
/*
 * Horde's SyncML library as a server, for PHP's built-in web server:
 *
 *   HORDE_LIBRARY=DIR HORDE_DATABASE=FILE HORDE_LOGIN=USER:PASSWORD php -S 127.0.0.1:PORT horde.php
 *
 * The library comes with a backend on SQL tables which wants two things that no distribution
 * packages any more: the MDB2 database layer with PEAR's errors, and a place that keeps a session's state
 * between two messages. Both are here, and nothing else: content stays as it came, SQLite holds it.
 */
error_reporting(E_ERROR | E_PARSE);
ini_set('display_errors', '0');
ini_set('log_errors', '1');

spl_autoload_register(function (string $class): void {
    $file = getenv('HORDE_LIBRARY') . '/' . strtr($class, '_\\', '//') . '.php';
    if (is_file($file)) {
        require $file;
    }
});

/** What the library asks about a failed call; here a failure throws instead. */
class PEAR_Error
{
    public function __construct(public string $message = '')
    {
    }

    public function getMessage(): string
    {
        return $this->message;
    }
}

/** How the library reports a change of what is not there; it then adds it. */
class PEAR
{
    public static function raiseError(string $message): PEAR_Error
    {
        return new PEAR_Error($message);
    }
}

/** The part of MDB2 that the backend calls, on PDO. */
class MDB2
{
    private const TABLES = [
        'data' => 'id TEXT, db TEXT, uid TEXT, data TEXT, contenttype TEXT, created_ts INTEGER, modified_ts INTEGER',
        'map' => 'syncpartner TEXT, db TEXT, uid TEXT, cuid TEXT, suid TEXT, timestamp INTEGER',
        'anchors' => 'syncpartner TEXT, db TEXT, uid TEXT, clientanchor TEXT, serveranchor TEXT',
        'suidlist' => 'syncpartner TEXT, db TEXT, uid TEXT, suid TEXT',
    ];
    /** The indices that the library's own description of its tables names. */
    private const INDICES = ['syncpartner', 'db', 'uid', 'cuid', 'suid'];

    private PDO $pdo;

    public static function &connect(string $file): self
    {
        $new = !is_file($file);
        $self = new self();
        $self->pdo = new PDO("sqlite:$file", null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
        $self->pdo->exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=10000');
        if ($new) {
            foreach (self::TABLES as $table => $columns) {
                $self->pdo->exec("CREATE TABLE syncml_$table(syncml_" . str_replace(', ', ', syncml_', $columns) . ')');
            }
            foreach (self::INDICES as $column) {
                $self->pdo->exec("CREATE INDEX syncml_{$column}_idx ON syncml_map(syncml_$column)");
            }
        }
        return $self;
    }

    public function quote(mixed $value, string $type): string
    {
        return $type === 'integer' ? (string) (int) $value : $this->pdo->quote((string) $value);
    }

    public function exec(string $sql): int
    {
        return $this->pdo->exec($sql);
    }

    public function queryAll(string $sql): array
    {
        return $this->pdo->query($sql)->fetchAll(PDO::FETCH_NUM);
    }

    public function queryCol(string $sql): array
    {
        return $this->pdo->query($sql)->fetchAll(PDO::FETCH_COLUMN);
    }

    public function queryRow(string $sql): ?array
    {
        return $this->pdo->query($sql)->fetch(PDO::FETCH_NUM) ?: null;
    }

    public function queryOne(string $sql): mixed
    {
        return $this->queryRow($sql)[0] ?? null;
    }

    public function disconnect(): void
    {
    }

    public function begin(): void
    {
        $this->pdo->beginTransaction();
    }

    public function commit(): void
    {
        $this->pdo->commit();
    }
}

class Server extends Horde_SyncMl_Backend_Sql
{
    public function _checkAuthentication($username, $password)
    {
        return getenv('HORDE_LOGIN') === "$username:$password" ? $username : false;
    }

    public function sessionStart($device, $session, $mode = self::MODE_SERVER)
    {
        parent::sessionStart($device, $session, $mode);
        if (isset($_SESSION['state'])) {
            $this->state = unserialize($_SESSION['state']);
            $this->setUser($this->state->user);
        }
    }

    /** Answers one message in one transaction. */
    public function answer(string $request, string $type, string $url): string
    {
        $this->_db->begin();
        $handler = new Horde_SyncMl_ContentHandler();
        $answer = $handler->process($request, $type, $url);
        $this->_db->commit();
        if (session_status() === PHP_SESSION_ACTIVE) {
            $_SESSION['state'] = serialize($this->state);
        }
        $this->close();
        return $answer;
    }
}

$wbxml = str_contains($_SERVER['CONTENT_TYPE'] ?? '', 'wbxml');
$backend = new Server(['dsn' => getenv('HORDE_DATABASE'), 'log_level' => 'ERR']);
$answer = $backend->answer(
    file_get_contents('php://input'),
    $wbxml ? 'application/vnd.syncml+wbxml' : 'application/vnd.syncml',
    "http://{$_SERVER['HTTP_HOST']}/"
);
header('Content-Type: application/vnd.syncml+' . ($wbxml ? 'wbxml' : 'xml'));
header('Content-Length: ' . strlen($answer));
echo $answer;
