import { render } from 'preact';
import './styles/index.css';
import { App } from './shell/app.js';

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no #app');
render(<App />, root);
