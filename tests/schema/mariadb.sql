-- The tables that the examples of MariaDB's rows in locks.yaml are run on.
CREATE TABLE parent (id BIGINT PRIMARY KEY);
INSERT INTO parent SELECT seq FROM seq_1_to_100;
CREATE TABLE t (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, a INT, b INT NOT NULL DEFAULT 0, idx1 INT,
    v50 VARCHAR(50), v60 VARCHAR(60), v100 VARCHAR(100), vl VARCHAR(50) CHARACTER SET latin1,
    ivar VARCHAR(50), txt TEXT, blb BLOB, c10 CHAR(10), dec1 DECIMAL(10,2), d DATETIME,
    e ENUM('a','b'), st SET('a','b'), pid BIGINT, KEY k_idx1 (idx1), KEY k_ivar (ivar)
) DEFAULT CHARACTER SET utf8mb4;
INSERT INTO t (a, b, idx1, v50, ivar, txt, d, e, pid)
SELECT seq, seq, seq, seq, seq, 'text', '2026-01-01', 'a', seq FROM seq_1_to_100;
CREATE TABLE nopk (a INT NOT NULL);
INSERT INTO nopk SELECT seq FROM seq_1_to_100;
CREATE TABLE ft (id INT PRIMARY KEY, title TEXT, body TEXT, FULLTEXT KEY f_title (title));
INSERT INTO ft SELECT seq, 'title', 'body' FROM seq_1_to_100;
CREATE TABLE tg (
    id INT PRIMARY KEY, a INT, gv INT GENERATED ALWAYS AS (a + 1) VIRTUAL,
    gs INT GENERATED ALWAYS AS (a + 2) STORED
);
INSERT INTO tg (id, a) SELECT seq, seq FROM seq_1_to_100;
CREATE TABLE chk (id INT PRIMARY KEY, a INT NOT NULL, CONSTRAINT c1 CHECK (a > 0));
INSERT INTO chk SELECT seq, seq FROM seq_1_to_100;
CREATE TABLE child (
    id INT PRIMARY KEY, pid BIGINT,
    CONSTRAINT fk_c FOREIGN KEY (pid) REFERENCES parent (id) ON DELETE CASCADE
);
INSERT INTO child SELECT seq, seq FROM seq_1_to_100;
CREATE TABLE geo (id INT PRIMARY KEY, g POINT NOT NULL);
INSERT INTO geo SELECT seq, POINT(seq, seq) FROM seq_1_to_100;
