# hubdex with a clock that follows the file named by FAKETIME_TIMESTAMP_FILE.
FROM hubdex:0.1.0
USER 0
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libfaketime \
    && rm -rf /var/lib/apt/lists/* \
    && cp /usr/lib/*/faketime/libfaketime.so.1 /usr/local/lib/
USER 10001:10001
