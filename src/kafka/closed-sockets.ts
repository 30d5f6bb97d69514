import Connection from 'kafkajs/src/network/connection.js';

/**
 * While a broker is away kafkajs disconnects each of its connections repeatedly, also if the socket is closed already. Each
 * time the socket gets another listener, and Node warns of a leak at the eleventh. With this change a connection drops a
 * closed socket; it makes a new one when it connects. kafkajs has no option for this, so its internals are changed and its
 * version is pinned.
 */
export function forgetClosedSockets(): void {
  const disconnect = Connection.prototype.disconnect;
  Connection.prototype.disconnect = async function () {
    if (this.socket?.destroyed) this.socket = null;
    return await disconnect.call(this);
  };
}
